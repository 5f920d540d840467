// What an app does for the page, typed: its identity, its scanner, its assertion of the person, haptics, closing the page.
// It must not know what the page does with it, nor trust more of an answer than its form.

import { open_bridge, type Bridge, type Reply } from './bridge/bridge.ts';
import { VERSION } from './bridge/message.ts';

/** What an app may be able to do besides answering hello. */
const ABILITIES = ['scan', 'assertion', 'haptic', 'close'] as const;
export type Ability = (typeof ABILITIES)[number];

export interface Host {
  /** 8 to 64 visible ASCII characters; the same for as long as the app is installed. */
  device_id: string;
  language: 'zh' | 'en';
  can(ability: Ability): boolean;
  /** The text that the app's scanner has read. */
  scan(): Promise<{ is: 'text'; text: string } | { is: 'no'; code: string }>;
  /** What the app's server says of the person, signed for this service and device. */
  assertion(audience: string): Promise<{ is: 'assertion'; assertion: string } | { is: 'no'; code: string }>;
  haptic(kind: 'success' | 'warning' | 'error'): void;
  close(): void;
  on_scanned(take: (text: string) => void): void;
  /** `go_back` returns whether there was a page to go back to; if not, the app closes the page. */
  on_back(go_back: () => boolean): void;
}

const HELLO_WITHIN_MS = 3_000;
/** People aim, and may be asked for the camera first. */
const SCAN_WITHIN_MS = 10 * 60_000;
const ASSERTION_WITHIN_MS = 15_000;

const DEVICE_ID = /^[\x21-\x7e]{8,64}$/;

/** Null where no app answers: the page was opened in a browser. */
export async function find_host(window: Window, bridge: Bridge = open_bridge(window)): Promise<Host | null> {
  const hello = await bridge.ask('hello', { versions: [VERSION] }, HELLO_WITHIN_MS);
  if (hello.is !== 'ok' || hello.value.version !== VERSION) return null;
  const { device_id, language, can } = hello.value;
  if (typeof device_id !== 'string' || !DEVICE_ID.test(device_id)) return null;
  const abilities = new Set(Array.isArray(can) ? can : []);

  const text_in = (reply: Reply, name: string): string | null =>
    reply.is === 'ok' && typeof reply.value[name] === 'string' ? (reply.value[name] as string) : null;
  const no_of = (reply: Reply): { is: 'no'; code: string } => ({
    is: 'no',
    code: reply.is === 'no' ? reply.code : reply.is === 'silent' ? 'silent' : 'unavailable',
  });

  return {
    device_id,
    language: language === 'en' ? 'en' : 'zh',
    can: (ability) => abilities.has(ability),
    async scan() {
      const reply = await bridge.ask('scan', {}, SCAN_WITHIN_MS);
      const text = text_in(reply, 'text');
      return text === null ? no_of(reply) : { is: 'text', text };
    },
    async assertion(audience) {
      const reply = await bridge.ask('assertion', { audience, device_id }, ASSERTION_WITHIN_MS);
      const assertion = text_in(reply, 'assertion');
      return assertion === null ? no_of(reply) : { is: 'assertion', assertion };
    },
    haptic(kind) {
      if (abilities.has('haptic')) void bridge.ask('haptic', { kind }, 1_000);
    },
    close() {
      if (abilities.has('close')) void bridge.ask('close', {}, 1_000);
    },
    on_scanned(take) {
      bridge.on('scanned', ({ text }) => {
        const taken = typeof text === 'string';
        if (taken) take(text);
        return { taken };
      });
    },
    on_back: (go_back) => bridge.on('back', () => ({ handled: go_back() })),
  };
}
