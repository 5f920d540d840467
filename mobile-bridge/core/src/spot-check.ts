// 抽查: while a receipt is on screen, asks now and then whether its holder is to scan again, and counts down by the
// server's clock when so. Scanning again is an ordinary scan; this only says that one is asked for. The same answer says
// whether the phone should report how far from the hall it is, if it can.

import { retry_delay } from './backoff.ts';
import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import { server_clock, type ServerClock } from './server-clock.ts';
import { wait_of } from './verdict.ts';
import type { ReceiptAsked } from './wire/routes.ts';
import { fields_of, type Answer } from './wire/read.ts';

/** Phones checked in together must not ask together: 15 to 25 s, and the first time within 2 s of being seen. */
const EVERY_MS = 15_000;
const SPREAD_MS = 10_000;
const FIRST_SPREAD_MS = 2_000;
const TICK_MS = 1_000;

export type SpotNotice = { is: 'asked'; left_ms: number } | { is: 'answered' };

export interface SpotCheckWatch {
  /** What is to be said now; null when nothing is asked. */
  notice(): SpotNotice | null;
  /** The receipt is on screen: ask soon, and go on asking. */
  look(): void;
  /** It is not: ask nothing. The last answer is still shown. */
  rest(): void;
}

type Heard = { opens_at: number; closes_at: number; answered: boolean; clock: ServerClock } | null;

/** Calls `changed` after every answer, and each second while there is something to count down. */
export function watch_spot_check(
  platform: Platform,
  receipt: string,
  changed: () => void,
  position_asked?: () => void,
): SpotCheckWatch {
  const { clock, random } = platform;
  const call = call_over(platform);
  let heard: Heard = null;
  let failures = 0;
  let looking = false;
  /** Answers to questions asked before the page was hidden are ignored. */
  let turn = 0;
  let cancel_ask = (): void => {};
  let cancel_tick = (): void => {};

  function notice(): SpotNotice | null {
    if (heard === null) return null;
    const { opens_at, closes_at, answered, clock: server } = heard;
    const left_ms = closes_at - server.now();
    if (left_ms <= 0 || server.now() < opens_at) return null;
    return answered ? { is: 'answered' } : { is: 'asked', left_ms };
  }

  function tick(): void {
    cancel_tick();
    changed();
    if (looking && heard !== null && heard.closes_at > heard.clock.now()) {
      cancel_tick = clock.after(TICK_MS, tick);
    }
  }

  async function ask(asked_in: number): Promise<void> {
    const answer = await call({ method: 'POST', path: '/api/v1/receipts/asked', body: { receipt } }, read);
    if (!looking || asked_in !== turn) return;
    const pause_ms = hear(answer);
    if (pause_ms !== null) cancel_ask = clock.after(pause_ms, () => void ask(asked_in));
    tick();
  }

  /** The pause before the next question; null when there is no use in another one. */
  function hear(answer: Answer<ReceiptAsked>): number | null {
    if (answer.is === 'value') {
      const { spot_check: asked, position } = answer.value;
      if (position) position_asked?.();
      heard = asked && {
        opens_at: Date.parse(asked.opens_at),
        closes_at: Date.parse(asked.closes_at),
        answered: asked.answered,
        clock: server_clock(clock, asked.server_now),
      };
      failures = 0;
      return Math.round(EVERY_MS + random() * SPREAD_MS);
    }
    if (wait_of(answer) === null) return null;
    failures += 1;
    const asked_ms = answer.is === 'refused' ? (answer.problem.retry_after_ms ?? 0) : 0;
    return EVERY_MS + retry_delay(failures, asked_ms, random);
  }

  return {
    notice,
    look() {
      if (looking) return;
      looking = true;
      turn += 1;
      const asked_in = turn;
      cancel_ask = clock.after(Math.round(random() * FIRST_SPREAD_MS), () => void ask(asked_in));
      tick();
    },
    rest() {
      looking = false;
      cancel_ask();
      cancel_tick();
    },
  };
}

function read(json: unknown): ReceiptAsked | null {
  const fields = fields_of(json);
  if (fields === null || !('spot_check' in fields)) return null;
  const asked = fields.spot_check;
  if (asked === null) return json as ReceiptAsked;
  const times = fields_of(asked);
  const readable = (name: string): boolean => !Number.isNaN(Date.parse(String(times?.[name])));
  return ['opens_at', 'closes_at', 'server_now'].every(readable) ? (json as ReceiptAsked) : null;
}
