// In any order of drops, outages, lost sessions and visits: once all works again, every scan has its one answer without a
// tap, and at most one row. fast-check writes the stories and shortens the ones that fail.

import { CONSENT, type Attempt, type HttpReply, type HttpRequest } from '@zaichang/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakePhone, type Line } from '../../core/test/fake-phone.ts';
import { FakeServer } from '../../core/test/fake-server.ts';
import type { Host } from '../src/host.ts';
import { begin_visit, type Visit } from '../src/visit.ts';

const ORIGIN = 'https://cme.example.cn';
const PEOPLE = [12, 34];
const CODES = ['A', 'B', 'C'].map((letter) => letter.repeat(36));

type Step =
  | { do: 'scan'; code: number; line_then: Line }
  | { do: 'visit'; person: number }
  | { do: 'close' | 'sessions_end' | 'try_now' | 'leave' }
  | { do: 'line'; line: Line }
  | { do: 'mood'; mood: FakeServer['mood'] }
  | { do: 'wait'; ms: number }
  | { do: 'wake'; why: 'line' | 'seen' };

const line = fc.constantFrom<Line>('up', 'up', 'down', 'loses_requests', 'loses_replies', 'portal');
const mood = fc.constantFrom<FakeServer['mood']>('well', 'storage_away', 'busy', 'broken');
const ms = fc.constantFrom(0, 100, 1_500, 7_000, 60_000, 900_000);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('scan' as const), code: fc.nat(2), line_then: line }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('visit' as const), person: fc.constantFrom(...PEOPLE) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('close', 'sessions_end', 'try_now', 'leave') }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('line' as const), line }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mood' as const), mood }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wake' as const), why: fc.constantFrom('line', 'seen') }),
  },
);

const steps_of_a_visit = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  latency_ms: fc.constantFrom(0, 30, 2_500),
  draws: fc.array(fc.double({ min: 0.05, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

/** A phone with the app on it, the app's assertion, and the service. */
class Setup {
  server = new FakeServer(() => this.phone.now);
  phone: FakePhone;
  #page: ReturnType<FakePhone['page']> | null = null;
  #visit: Visit | null = null;
  #scanned = '';
  #shown = new Set<string>();
  #vouched = 0;
  #used = new Set<string>();

  constructor(random: () => number) {
    this.phone = new FakePhone((request) => () => this.#answer(request), random);
  }

  visit(person: number): void {
    this.close();
    const page = this.phone.page();
    const { storage } = page.platform;
    let bearer: string | null = null;
    const platform = {
      ...page.platform,
      // What a closed page would still do is not done.
      storage: {
        ...storage,
        write: (key: string, text: string) => void (this.#page === page && storage.write(key, text)),
      },
      send: (request: HttpRequest) => page.platform.send(bearer === null ? request : { ...request, bearer }),
      hold: (session: string | null) => void (bearer = session),
    };
    const host = {
      device_id: 'device-of-this-phone',
      language: 'zh',
      can: () => true,
      scan: async () => ({ is: 'text', text: `${ORIGIN}/C/${this.#scanned}` }),
      assertion: async () => ({ is: 'assertion', assertion: `${(this.#vouched += 1)} ${person}` }),
      haptic: () => {},
      close: () => {},
      on_scanned: () => {},
      on_back: () => {},
    } as unknown as Host;
    storage.write(CONSENT, 'kept');
    this.#page = page;
    const now = new Date(this.phone.now).toISOString();
    this.#visit = begin_visit(platform, host, ORIGIN, now, () => {});
  }

  close(): void {
    this.#page?.close();
    this.#page = this.#visit = null;
  }

  async take(action: Step): Promise<void> {
    switch (action.do) {
      case 'scan': {
        this.#scanned = CODES[action.code] as string;
        // Each code is shown once, for its few seconds, when it is first scanned.
        if (!this.#shown.has(this.#scanned)) this.server.show(this.#scanned);
        this.#shown.add(this.#scanned);
        await this.#visit?.scan();
        this.phone.line = action.line_then;
        return;
      }
      case 'visit':
        return this.visit(action.person);
      case 'close':
        return this.close();
      case 'sessions_end':
        return this.server.tokens.clear();
      case 'try_now':
        return this.#visit?.try_now();
      case 'leave':
        return void this.#visit?.leave_attempt();
      case 'line':
        this.phone.line = action.line;
        return;
      case 'mood':
        this.server.mood = action.mood;
        return;
      case 'wait':
        return this.phone.pass(action.ms);
      case 'wake':
        return this.#page?.wake(action.why);
    }
  }

  /** Everything works again: the open visit goes on, then each person comes back once. No taps. */
  async heal(): Promise<void> {
    this.phone.line = 'up';
    this.server.mood = 'well';
    await this.phone.pass(600_000);
    const open = this.#visit?.shown() ?? null;
    // A session that the server forgets twice before it has answered anything is asked for on a tap.
    if (open !== null && open.trouble?.code !== 'login_required') {
      expect(open).toMatchObject({ trouble: null, pause: null });
      const anothers = (attempt: Attempt): boolean =>
        'person' in attempt && attempt.person !== null && attempt.person !== open.person?.id;
      for (const attempt of this.attempts) if (!anothers(attempt)) expect_answered(attempt);
    }
    for (const person of PEOPLE) {
      this.visit(person);
      await this.phone.pass(600_000);
      expect(this.#visit?.shown()).toMatchObject({ person: { id: person }, trouble: null, pause: null });
    }
  }

  get attempts(): Attempt[] {
    const texts = [...this.phone.stored].filter(([key]) => key.includes('zaichang.scan.'));
    return texts.map(([, text]) => (JSON.parse(text) as { attempt: Attempt }).attempt);
  }

  #answer(request: HttpRequest): HttpReply {
    if (request.path === '/api/v1/app-sessions') return this.#log_in(request.body as Presented);
    const { bearer } = request;
    return this.server.answer(request, bearer === undefined ? null : this.server.tokens.get(bearer));
  }

  #log_in({ assertion, pass }: Presented): HttpReply {
    const { mood } = this.server;
    if (mood === 'broken') return { status: 502, json: undefined };
    if (mood !== 'well') {
      const code = mood === 'busy' ? 'busy' : 'storage_unavailable';
      return { status: 503, json: { code, retry_after_ms: 500 } };
    }
    if (this.#used.has(assertion)) return { status: 409, json: { code: 'assertion_used' } };
    this.#used.add(assertion);
    const id = Number(assertion.split(' ')[1]);
    const bound = pass === undefined ? null : this.server.bind(pass, id);
    const expires_at = new Date(this.phone.now + 86_400_000).toISOString();
    const person = { id, name: '王晓明', unit: '湘雅医院', department: null, title: '主治医师' };
    const json = {
      session: this.server.issue(id),
      person,
      expires_at,
      pass: bound && { pass: bound, expires_at },
    };
    return { status: 201, json };
  }
}

const expect_answered = ({ state }: Attempt): void =>
  expect(['recorded', 'already', 'refused']).toContain(state);

type Presented = { assertion: string; pass?: string };

it('every scan has one answer without a tap once all is well, and at most one row', async () => {
  await fc.assert(
    fc.asyncProperty(steps_of_a_visit, async ({ steps, latency_ms, draws }) => {
      let drawn = 0;
      const setup = new Setup(() => draws[drawn++ % draws.length] as number);
      setup.phone.latency_ms = latency_ms;
      for (const action of steps) {
        await setup.take(action);
        setup.phone.now += 1;
      }
      await setup.heal();

      const slots = setup.server.rows.map(({ person, slot }) => `${person}/${slot}`);
      expect(new Set(slots).size).toBe(slots.length);
      expect(setup.server.strangers_passes).toBe(0);
      const receipts = setup.server.rows.map(({ receipt }) => receipt);
      for (const attempt of setup.attempts) {
        expect_answered(attempt);
        if ('receipt' in attempt) expect(receipts).toContain(attempt.receipt);
      }
    }),
    { numRuns: 2_000, seed: 20_261_122 },
  );
}, 60_000);
