// A visit in an app: scan and login in either order, and a session that the server has forgotten.

import type { HttpReply, HttpRequest } from '@zaichang/core';
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

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Stage {
  visit: Visit;
  sent: HttpRequest[];
  felt: string[];
  let_in(): void;
  held(): string | null;
  /** How often the app was asked for an assertion. */
  vouched(): number;
}

/** `answers` by path, taken in turn; the assertion is given only once the app lets the person in. */
async function stage(answers: Record<string, HttpReply[]>): Promise<Stage> {
  const sent: HttpRequest[] = [];
  const felt: string[] = [];
  let session: string | null = null;
  let vouched = 0;
  let let_in = (): void => {};
  const allowed = new Promise<void>((resolve) => (let_in = resolve));
  const kept = new Map<string, string>();
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
    clock: { now: () => Date.parse(NOW), after: () => () => {} },
    random: () => 0.5,
    on_wake: () => () => {},
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
  return { visit, sent, felt, let_in, held: () => session, vouched: () => vouched };
}

const login = (nth: number, pass: string | null = null): HttpReply => ({
  status: 201,
  json: { session: `session ${nth}`, person, expires_at: NOW, pass: pass && { pass, expires_at: NOW } },
});
const scan = (pass: string): HttpReply => ({
  status: 201,
  json: { pass, expires_at: NOW, needs: [], course },
});
const paths = ({ sent }: Stage): string[] => sent.map(({ path }) => path.replace('/api/v1/', ''));

it('keeps a scan that was quicker than the login, and checks it in with the login', async () => {
  const on = await stage({
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
  expect(paths(on)).toEqual(['scans', 'app-sessions', 'check-ins']);
  expect(on.felt).toEqual(['success']);
});

it('asks the app anew when its session has ended by age, and the scan that met it is checked in', async () => {
  const ended = { status: 401, json: { code: 'login_required', status: 401 } };
  const on = await stage({
    '/api/v1/scans': [ended, scan('bound')],
    '/api/v1/app-sessions': [login(1), login(2)],
    '/api/v1/check-ins': [RECORDED],
  });
  on.let_in();
  await settle();
  await on.visit.scan();
  await settle();
  await settle();
  expect(paths(on)).toEqual(['app-sessions', 'scans', 'scans', 'app-sessions', 'check-ins']);
  expect(on.vouched()).toBe(2);
  expect(on.held()).toBe('session 2');
  expect(on.visit.shown().attempt?.state).toBe('recorded');
});

it('logs in again when the server has forgotten the session, and not for ever', async () => {
  const forgotten = { status: 401, json: { code: 'login_required', status: 401 } };
  const on = await stage({
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
