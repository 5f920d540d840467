// In any order of drops, retries, logins, face checks and restarts: one scan ends in one answer, and in at most one row.
// fast-check writes the stories and shortens the ones that fail.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { is_answered, type Attempt } from '../src/attempt.ts';
import type { Line } from './fake-phone.ts';
import { Hand, type Program } from './hand.ts';

const PEOPLE = [12, 34];
/** A person whose unit has not approved them: a refusal that stays one. */
const REFUSED = 56;
const CODES = ['A', 'B', 'C'].map((letter) => letter.repeat(36));

/** Accounts do not change faster than a request that is on its way comes back. */
const TYPING_MS = 3_000;

type Step =
  | { do: 'scan'; code: number; line_then: Line }
  | { do: 'camera'; code: number }
  | { do: 'open' | 'open_again' | 'close' | 'log_out' | 'session_ends' | 'storage_event' }
  | { do: 'log_in'; person: number }
  | { do: 'line'; line: Line }
  | { do: 'mood'; mood: 'well' | 'storage_away' | 'busy' | 'broken' }
  | { do: 'wait'; ms: number }
  | { do: 'wake'; why: 'line' | 'seen' }
  | { do: 'try_now'; code: number }
  | { do: 'face_asked'; asked: boolean }
  | { do: 'face'; face: Hand['face'] };

const line = fc.constantFrom<Line>('up', 'up', 'down', 'loses_requests', 'loses_replies', 'portal');
const code = fc.nat(CODES.length - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('scan' as const), code, line_then: line }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('camera' as const), code }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('open', 'open_again', 'close', 'log_out', 'session_ends', 'storage_event'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('log_in' as const),
      person: fc.constantFrom(...PEOPLE, REFUSED),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('line' as const), line }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom('well', 'storage_away', 'busy', 'broken'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 100, 1_500, 7_000, 60_000, 900_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wake' as const), why: fc.constantFrom('line', 'seen') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('try_now' as const), code }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('face_asked' as const), asked: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('face' as const),
      face: fc.constantFrom('passed', 'failed', 'pending', 'killed'),
    }),
  },
);

const course_of_events = fc.record({
  program: fc.constantFrom<Program>('browser', 'mini_program'),
  face_asked: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  latency_ms: fc.constantFrom(0, 30, 2_500),
  draws: fc.array(fc.double({ min: 0.05, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

/** Each code is shown once, for its few seconds, when it is first scanned. */
function show_once(hand: Hand, shown: Set<string>, text: string): void {
  if (shown.has(text)) return;
  shown.add(text);
  hand.server.show(text);
}

async function take(hand: Hand, shown: Set<string>, action: Step): Promise<void> {
  const newest = hand.pages[hand.pages.length - 1];
  switch (action.do) {
    case 'scan': {
      const text = CODES[action.code] as string;
      show_once(hand, shown, text);
      hand.open_code(text, action.line_then);
      return;
    }
    case 'camera': {
      const text = CODES[action.code] as string;
      show_once(hand, shown, text);
      return newest?.outbox.scan(text);
    }
    case 'open':
      return void hand.open();
    case 'open_again':
      hand.close_all();
      return void hand.open();
    case 'close':
      return hand.close_all();
    case 'log_in':
      await hand.phone.pass(TYPING_MS);
      return hand.log_in(action.person);
    case 'log_out':
      await hand.phone.pass(TYPING_MS);
      return hand.log_out();
    case 'session_ends':
      return hand.session_ends();
    case 'face_asked':
      hand.server.face = action.asked;
      return;
    case 'face':
      hand.face = action.face;
      return;
    case 'storage_event':
      return hand.pages.forEach(({ wake }) => wake('storage'));
    case 'line':
      hand.phone.line = action.line;
      return;
    case 'mood':
      hand.server.mood = action.mood;
      return;
    case 'wait':
      return hand.phone.pass(action.ms);
    case 'wake':
      return newest?.wake(action.why);
    case 'try_now':
      return newest?.outbox.try_now(CODES[action.code] as string);
  }
}

/** Everything works again, and each person comes back once. */
async function heal(hand: Hand): Promise<void> {
  hand.phone.line = 'up';
  hand.server.mood = 'well';
  hand.face = 'passed';
  await hand.phone.pass(600_000);
  for (const person of [...PEOPLE, REFUSED]) {
    hand.close_all();
    hand.become(person);
    const page = hand.open();
    await hand.phone.pass(600_000);
    for (const { code } of page?.outbox.all() ?? []) page?.outbox.try_now(code);
    await hand.phone.pass(600_000);
  }
}

/** What a page shows is what the server has. */
function expect_true(hand: Hand, attempt: Attempt): void {
  const { rows } = hand.server;
  if (attempt.state === 'recorded' || attempt.state === 'already') {
    expect(rows.map(({ receipt }) => receipt)).toContain(attempt.receipt);
  } else {
    const scanned_at = new Date(attempt.scanned_at).toISOString();
    const of_scan = rows.filter(({ receipt }) => receipt.startsWith(`${attempt.code}|`));
    expect(of_scan.map(({ check_in }) => check_in.at)).not.toContain(scanned_at);
  }
}

it('one scan ends in one answer and in at most one row, whatever happens in between', async () => {
  await fc.assert(
    fc.asyncProperty(course_of_events, async ({ program, face_asked, steps, latency_ms, draws }) => {
      let drawn = 0;
      const hand = new Hand(() => draws[drawn++ % draws.length] as number, program);
      hand.server.face = face_asked;
      hand.server.refused_people.add(REFUSED);
      hand.phone.latency_ms = latency_ms;
      const shown = new Set<string>();
      for (const action of steps) {
        await take(hand, shown, action);
        hand.phone.now += 1;
      }
      await heal(hand);

      for (const answers of hand.shown.values()) expect(answers.size).toBe(1);
      const slots = hand.server.rows.map(({ person, slot }) => `${person}/${slot}`);
      expect(new Set(slots).size).toBe(slots.length);
      expect(hand.server.strangers_passes).toBe(0);
      expect(hand.server.faceless_rows).toBe(0);

      const left = hand.open()?.outbox.all() ?? [];
      expect(left.filter((attempt) => !is_answered(attempt))).toEqual([]);
      for (const attempt of left) expect_true(hand, attempt);
    }),
    { numRuns: 4_000, seed: 20_261_121 },
  );
}, 60_000);
