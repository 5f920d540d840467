// Checks when the poll asks and when it keeps still. It must not wait for real time.
import { expect, test } from 'vitest';
import { startPoll, type Surroundings } from './poll';

/** A page whose visibility and time the test controls. */
function page() {
  const state = {
    hidden: false,
    waits: [] as { ms: number; act: () => void }[],
    changed: () => {},
    listening: 0,
  };
  const surroundings: Surroundings = {
    hidden: () => state.hidden,
    listen(changed) {
      state.changed = changed;
      state.listening += 1;
      return () => (state.listening -= 1);
    },
    after(ms, act) {
      const entry = { ms, act };
      state.waits.push(entry);
      return () => (state.waits = state.waits.filter((other) => other !== entry));
    },
  };
  return {
    surroundings,
    state,
    show(hidden: boolean) {
      state.hidden = hidden;
      state.changed();
    },
    elapse() {
      const waits = state.waits.splice(0);
      for (const { act } of waits) act();
    },
  };
}

/** A task that answers only when the test says so. */
function questions() {
  const asked: { signal: AbortSignal; answer: (value: boolean) => void; fail: () => void }[] = [];
  const task = (signal: AbortSignal) =>
    new Promise<boolean>((resolve, reject) => {
      asked.push({ signal, answer: resolve, fail: () => reject(new Error('line')) });
    });
  return { asked, task };
}

const settle = () => new Promise<void>((done) => setImmediate(done));

test('it asks at once, and again only after the answer', async () => {
  const { surroundings, state, elapse } = page();
  const { asked, task } = questions();
  startPoll(task, { everyMs: 2500, surroundings });
  expect(asked).toHaveLength(1);
  expect(state.waits).toHaveLength(0);
  asked[0]!.answer(true);
  await settle();
  expect(state.waits.map((wait) => wait.ms)).toEqual([2500]);
  elapse();
  expect(asked).toHaveLength(2);
});

test('a hidden page asks nothing and drops the question on its way', async () => {
  const { surroundings, state, show } = page();
  const { asked, task } = questions();
  startPoll(task, { surroundings });
  show(true);
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[0]!.answer(true);
  await settle();
  expect(state.waits).toHaveLength(0);
  show(false);
  expect(asked).toHaveLength(2);
});

test('a page opened in the background waits until it is seen', () => {
  const { surroundings, state, show } = page();
  state.hidden = true;
  const { asked, task } = questions();
  startPoll(task, { surroundings });
  expect(asked).toHaveLength(0);
  show(false);
  expect(asked).toHaveLength(1);
});

test('it asks less often while nothing answers, and as often as before once something does', async () => {
  const { surroundings, state, elapse } = page();
  const { asked, task } = questions();
  startPoll(task, { everyMs: 2500, slowestMs: 8000, surroundings });
  const waits: number[] = [];
  for (const answered of [false, 'thrown', false, true] as const) {
    const question = asked.at(-1)!;
    if (answered === 'thrown') question.fail();
    else question.answer(answered);
    await settle();
    waits.push(state.waits[0]!.ms);
    elapse();
  }
  expect(waits).toEqual([5000, 8000, 8000, 2500]);
});

test('asking now replaces the question under way, whose late answer changes nothing', async () => {
  const { surroundings, state } = page();
  const { asked, task } = questions();
  const poll = startPoll(task, { surroundings });
  poll.now();
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[0]!.answer(false);
  await settle();
  expect(state.waits).toHaveLength(0);
  asked[1]!.answer(true);
  await settle();
  expect(state.waits.map((wait) => wait.ms)).toEqual([2500]);
});

test('once stopped it asks no more and listens no more', async () => {
  const { surroundings, state, elapse } = page();
  const { asked, task } = questions();
  const poll = startPoll(task, { surroundings });
  asked[0]!.answer(true);
  await settle();
  poll.stop();
  poll.now();
  elapse();
  expect(asked).toHaveLength(1);
  expect(state.listening).toBe(0);
});
