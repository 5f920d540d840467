// A visit in an app: scan and login in either order, a session that the server has forgotten, a login that has to wait.

import { CONSENT, PRIVACY_VERSION, type HttpReply, type HttpRequest, type Wake } from '@zaichang/core';
import { expect, it } from 'vitest';
import type { Host } from '../src/host.ts';
import type { AppPlatform } from '../src/platform.ts';
import { begin_visit, type Visit } from '../src/visit.ts';

const CODE = 'AAAAABYB3EL6ZLZFAY2MFOV5UGTBSNAOMTNA';
const NOW = '2026-11-21T01:02:13.000Z';
const person = { id: 12, name: '王晓明', unit: '湘雅医院', department: null, title: '主治医师' };
const course = {
  id: 7,
  title: '心电图判读要点',
  project_number: '2025-11-01-033',
  project_name: '培训班',
  venue: '报告厅',
  place: '主会场',
  day: '2026-11-21',
  period: [],
  opens: '07:00',
  closes: '18:00',
};
const check_in = {
  id: '1',
  course_id: 7,
  course_title: course.title,
  project_number: '',
  project_name: '',
  at: NOW,
  recorded_at: NOW,
  day: '2026-11-21',
  slot: 1,
  source: 'scan',
};
const RECORDED = { status: 201, json: { status: 'recorded', check_in, receipt: 'r'.repeat(42) } };

/** What a phone keeps on which the privacy notice has been agreed to. */
const agreed = (): Map<string, string> => new Map([[CONSENT, 'kept']]);

const RECORDS = 'me/check-ins?limit=20';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Setup {
  visit: Visit;
  sent: HttpRequest[];
  felt: string[];
  let_in(): void;
  held(): string | null;
  /** How often the app was asked for an assertion. */
  vouched(): number;
  /** Lets the clock run: whatever is due by then happens. */
  pass(ms: number): Promise<void>;
  wake(why: Wake): void;
}

/** `answers` by path, taken in turn; the assertion is given only once the app allows the login. */
async function set_up(answers: Record<string, HttpReply[]>, kept = agreed()): Promise<Setup> {
  const sent: HttpRequest[] = [];
  const felt: string[] = [];
  let session: string | null = null;
  let vouched = 0;
  let let_in = (): void => {};
  const allowed = new Promise<void>((resolve) => (let_in = resolve));
  let now = Date.parse(NOW);
  const timers = new Set<{ at: number; run: () => void }>();
  const woken = new Set<(why: Wake) => void>();
  const platform: AppPlatform = {
    async send(request) {
      sent.push(request);
      const reply = answers[request.path]?.shift();
      if (reply === undefined) throw new Error('no line');
      return reply;
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
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    random: () => 0.5,
    on_wake(listener) {
      woken.add(listener);
      return () => woken.delete(listener);
    },
    hold: (held) => void (session = held),
  };
  const host = {
    device_id: 'device-of-this-phone',
    language: 'zh',
    can: () => true,
    scan: async () => ({ is: 'text', text: `HTTPS://CME.CN/C/${CODE}` }),
    assertion() {
      vouched += 1;
      return allowed.then(() => ({ is: 'assertion', assertion: 'said' }));
    },
    haptic: (kind: string) => felt.push(kind),
    close: () => {},
    on_scanned: () => {},
    on_back: () => {},
  } as unknown as Host;
  const visit = begin_visit(platform, host, 'https://cme.cn', NOW, () => {});
  async function pass(ms: number): Promise<void> {
    now += ms;
    for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.run();
    await settle();
  }

  const wake = (why: Wake): void => woken.forEach((listener) => listener(why));
  return { visit, sent, felt, let_in, held: () => session, vouched: () => vouched, pass, wake };
}

const login = (nth: number, pass: string | null = null): HttpReply => ({
  status: 201,
  json: { session: `session ${nth}`, person, expires_at: NOW, pass: pass && { pass, expires_at: NOW } },
});
const scan = (pass: string): HttpReply => ({
  status: 201,
  json: { pass, expires_at: NOW, needs: [], course },
});
const paths = ({ sent }: Setup): string[] => sent.map(({ path }) => path.replace('/api/v1/', ''));

it('keeps a scan that was quicker than the login, and checks it in with the login', async () => {
  const on = await set_up({
    '/api/v1/scans': [scan('anonymous')],
    '/api/v1/app-sessions': [login(1, 'bound')],
    '/api/v1/check-ins': [RECORDED],
  });
  await on.visit.scan();
  await settle();
  expect(on.visit.shown().attempt?.state).toBe('needs_login');
  on.let_in();
  await settle();
  expect(on.visit.shown().attempt?.state).toBe('recorded');
  expect(paths(on)).toEqual(['scans', 'app-sessions', 'check-ins', RECORDS]);
  expect(on.felt).toEqual(['success']);
});

it('asks the app anew when its session has ended by age, and the scan that met it is checked in', async () => {
  const ended = { status: 401, json: { code: 'login_required', status: 401 } };
  const on = await set_up({
    '/api/v1/scans': [ended, scan('bound')],
    '/api/v1/app-sessions': [login(1), login(2)],
    '/api/v1/check-ins': [RECORDED],
  });
  on.let_in();
  await settle();
  await on.visit.scan();
  await settle();
  await settle();
  expect(paths(on)).toEqual(['app-sessions', 'scans', 'scans', 'app-sessions', 'check-ins', RECORDS]);
  expect(on.vouched()).toBe(2);
  expect(on.held()).toBe('session 2');
  expect(on.visit.shown().attempt?.state).toBe('recorded');
});

it('logs in again when the server has forgotten the session, and not for ever', async () => {
  const forgotten = { status: 401, json: { code: 'login_required', status: 401 } };
  const on = await set_up({
    '/api/v1/scans': [scan('bound')],
    '/api/v1/app-sessions': [login(1), login(2), login(3)],
    '/api/v1/check-ins': [forgotten, forgotten, forgotten],
  });
  on.let_in();
  await settle();
  expect(on.held()).toBe('session 1');
  await on.visit.scan();
  await settle();
  await settle();
  expect(paths(on).filter((path) => path === 'app-sessions').length).toBe(2);
  expect(on.visit.shown().trouble?.code).toBe('login_required');
  expect(on.visit.shown().attempt?.state).toBe('needs_login');
});

const AWAY = { status: 503, json: { code: 'storage_unavailable', status: 503, retry_after_ms: 1_000 } };
const NOT_APPROVED = { status: 403, json: { code: 'person_not_approved', status: 403 } };

it('goes on with an earlier visit whose login meets a store that is away, without a tap', async () => {
  const kept = agreed();
  const before = await set_up(
    {
      '/api/v1/scans': [scan('bound')],
      '/api/v1/app-sessions': [login(1)],
      '/api/v1/check-ins': [AWAY],
    },
    kept,
  );
  before.let_in();
  await settle();
  await before.visit.scan();
  await settle();
  expect(before.visit.shown().attempt?.state).toBe('deferred');

  const on = await set_up(
    { '/api/v1/app-sessions': [AWAY, AWAY, login(2)], '/api/v1/check-ins': [RECORDED] },
    kept,
  );
  on.let_in();
  await settle();
  const { attempt, pause, now } = on.visit.shown();
  expect([attempt?.state, pause]).toEqual(['needs_login', { wait: 'storage', retry_at: now + 1_500 }]);
  await on.pass(1_499);
  expect(on.vouched()).toBe(1);
  await on.pass(1);
  expect(on.visit.shown().pause).toEqual({ wait: 'storage', retry_at: now + 1_500 + 2_000 });
  await on.pass(2_000);
  expect(on.visit.shown()).toMatchObject({ attempt: { state: 'recorded' }, pause: null, trouble: null });
  expect(paths(on)).toEqual(['app-sessions', 'app-sessions', 'app-sessions', 'check-ins', RECORDS]);
});

it('logs in as soon as the line is back, by a tap at once, and never against a refusal', async () => {
  const on = await set_up({ '/api/v1/app-sessions': [] });
  on.let_in();
  await settle();
  expect(on.visit.shown()).toMatchObject({ trouble: { code: 'no_answer' }, pause: { wait: 'line' } });
  // Failed tries until the pauses are longer than the pause after a reconnect.
  for (const _ of [1, 2, 3]) await on.pass(30_000);
  expect(on.vouched()).toBe(4);
  on.wake('line');
  expect(on.visit.shown().pause?.retry_at).toBe(on.visit.shown().now + 1_000);
  await on.pass(1_000);
  expect(on.vouched()).toBe(5);
  on.visit.try_now();
  await settle();
  expect(on.vouched()).toBe(6);

  const refused = await set_up({ '/api/v1/app-sessions': [NOT_APPROVED] });
  refused.let_in();
  await settle();
  expect(refused.visit.shown()).toMatchObject({ trouble: { code: 'person_not_approved' }, pause: null });
  refused.wake('line');
  await refused.pass(3_600_000);
  expect(refused.vouched()).toBe(1);
});

it('does not ask whose phone it is before the privacy notice is agreed to, and keeps the scan meanwhile', async () => {
  const kept = new Map<string, string>();
  const on = await set_up(
    {
      '/api/v1/scans': [scan('anonymous')],
      '/api/v1/app-sessions': [login(1, 'bound')],
      '/api/v1/check-ins': [RECORDED],
      '/api/v1/me/privacy-consents': [{ status: 204, json: undefined }],
    },
    kept,
  );
  on.let_in();
  await on.visit.scan();
  await settle();
  expect(on.visit.shown()).toMatchObject({ consented: false, declined: false });
  on.visit.decline();
  await settle();
  expect([on.visit.shown().declined, on.vouched(), paths(on)]).toEqual([true, 0, ['scans']]);
  void on.visit.agree();
  await settle();
  await settle();
  expect(on.visit.shown()).toMatchObject({ consented: true, attempt: { state: 'recorded' } });
  const told = on.sent.find(({ path }) => path === '/api/v1/me/privacy-consents');
  expect(told?.body).toEqual({ version: PRIVACY_VERSION, client_kind: 'app' });
  expect(kept.get(CONSENT)).toBe('kept');
});

it('says which of the day a result is, once it can be read', async () => {
  const first = { ...check_in, id: '0', at: '2026-11-20T23:35:00.000Z' };
  const items = [check_in, first].map((of) => ({ check_in: of, receipt: 'r', recognised: true }));
  const on = await set_up({
    '/api/v1/scans': [scan('bound')],
    '/api/v1/app-sessions': [login(1)],
    '/api/v1/check-ins': [RECORDED],
    '/api/v1/me/check-ins?limit=20': [{ status: 200, json: { items, next: null, unreadable: 0 } }],
  });
  on.let_in();
  await settle();
  await on.visit.scan();
  await settle();
  await settle();
  expect(on.visit.shown().nth).toEqual({ n: 2, first_at: first.at });
});
