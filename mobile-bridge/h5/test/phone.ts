// One phone with its pages: the real parts of main.ts over a scripted server and a clock that only tests move.
// It must not contain any expectation.

import { CONSENT } from '@zaichang/core';
import type { Boot, CheckIn, HttpReply, HttpRequest, Person, Platform, Scan } from '@zaichang/core';
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { vi } from 'vitest';
import { CONTEXT, type Context } from '../src/context.ts';
import { page_of } from '../src/pages.ts';
import { start } from '../src/start.ts';
import { remember_preferences } from '../src/preferences.ts';

export const CODE = 'AAAAABYB3EL6ZLZFAY2MFOV5UGTBSNAOMTNA';
export const NOW = '2026-11-21T01:02:13.000Z';
export const RECEIPT = 'AAAAAAAMAAAAAAAHJkIAAAABRn9kL2xQ7uVbx9Kd27Qa';

export const ANN: Person = {
  id: 12,
  name: '王晓明',
  unit: '湘雅医院',
  department: '心内科',
  title: '主治医师',
};

export const CHECK_IN: CheckIn = {
  id: '0193b1c2-77aa-7def-9c00-1f2e3d4c5b6a',
  course_id: 7,
  course_title: '心电图判读要点',
  project_number: '2025-11-01-033 (国)',
  project_name: '基层心电图诊断技术培训班',
  at: NOW,
  recorded_at: NOW,
  day: '2026-11-21',
  slot: 1,
  source: 'scan',
};

export const SCAN: Scan = {
  pass: 'pass of the scan',
  expires_at: '2026-11-21T01:05:13Z',
  needs: [],
  course: {
    id: 7,
    title: '心电图判读要点',
    project_number: '2025-11-01-033 (国)',
    project_name: '基层心电图诊断技术培训班',
    venue: '学术报告厅',
    place: '主会场',
    day: '2026-11-21',
    period: [{ from: '2026-11-21', to: '2026-11-22' }],
    opens: '07:00',
    closes: '18:00',
  },
};

export const recorded = (status = 'recorded'): HttpReply => ({
  status: status === 'recorded' ? 201 : 200,
  json: { status, check_in: CHECK_IN, receipt: RECEIPT },
});

export const refusal = (status: number, code: string, more: object = {}): HttpReply => ({
  status,
  json: { type: '/docs', title: code, detail: '', status, code, request_id: 'r-1', ...more },
});

/** Answers by "METHOD /path" without its query; a request without an answer finds no line. */
export type Script = Record<string, (request: HttpRequest) => HttpReply | Promise<HttpReply>>;

export interface Phone {
  page: VueWrapper;
  close(): void;
  context: Context;
  requests: HttpRequest[];
  /** The text on the page, spaces evened out. */
  text(): string;
  press(label: string): Promise<void>;
  type(field: string, text: string): Promise<void>;
  pass(ms: number): Promise<void>;
}

/** `kept` is what earlier pages of the same phone have left. */
export async function open_phone(
  address: string,
  boot: Partial<Boot>,
  script: Script = {},
  kept = new Map<string, string>([[CONSENT, 'kept']]),
): Promise<Phone> {
  window.history.replaceState(null, '', address);
  let now = Date.parse(NOW);
  const requests: HttpRequest[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const platform: Platform = {
    async send(request) {
      requests.push(request);
      const answer = script[`${request.method} ${request.path.split('?')[0]}`];
      if (answer === undefined) throw new Error('no line');
      return answer(request);
    },
    storage: {
      keys: () => [...kept.keys()],
      read: (key) => kept.get(key) ?? null,
      write: (key, text) => void kept.set(key, text),
      remove: (key) => void kept.delete(key),
    },
    clock: {
      now: () => now,
      after(delay_ms, run) {
        const timer = { at: now + delay_ms, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
    random: () => 0.5,
    on_wake: () => () => {},
  };
  const full: Boot = {
    page: 'home',
    server_now: NOW,
    me: ANN,
    code: null,
    scan: null,
    refusal: null,
    recorded: null,
    attested: null,
    repeat_s: 600,
    ...boot,
  };
  const preferences = remember_preferences(platform.storage, document.documentElement);
  const { own_window, forget } = window_of_one_page();
  const context = start(own_window, platform, preferences, full);
  const page = mount(() => page_of(context.navigation), {
    global: { provide: { [CONTEXT as symbol]: context } },
    attachTo: document.body,
  });
  await settle();

  const phone: Phone = {
    page,
    context,
    requests,
    close() {
      page.unmount();
      forget();
    },
    text: () => page.text().replace(/\s+/g, ' '),
    async press(label) {
      const all = page.findAll('button, a');
      const found =
        all.find((each) => each.text() === label) ?? all.find((each) => each.text().includes(label));
      if (found === undefined) throw new Error(`no button ${label} in: ${phone.text()}`);
      // A click does not submit in the simulated document when the button stands outside its form.
      await (found.attributes('form') ? page.get('form').trigger('submit') : found.trigger('click'));
      await settle();
    },
    async type(field, text) {
      await page.get(`[name=${field}]`).setValue(text);
    },
    async pass(ms) {
      now += ms;
      for (const timer of timers.splice(0)) {
        if (timer.at <= now) timer.run();
        else timers.push(timer);
      }
      await settle();
    },
  };
  return phone;
}

/** The document's window, with listeners that can be taken away again: a real page takes them with it. */
function window_of_one_page(): { own_window: Window; forget(): void } {
  const listened: (() => void)[] = [];
  const over = (target: EventTarget) => ({
    addEventListener(event: string, listener: () => void): void {
      target.addEventListener(event, listener);
      listened.push(() => target.removeEventListener(event, listener));
    },
  });
  const { location, history } = window;
  const querySelector = document.querySelector.bind(document);
  const own_document = { ...over(document), querySelector };
  const own_window = { ...over(window), location, history, document: own_document, scrollTo: () => {} };
  return {
    own_window: own_window as unknown as Window,
    forget: () => listened.forEach((stop) => stop()),
  };
}

/** Lets code that comes late, replies and the page itself arrive. */
export async function settle(): Promise<void> {
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
}
