// Requests that may be asked to work first: once, once more where more is asked for, and only where there is a challenge.

import { expect, it } from 'vitest';
import { with_work } from '../src/with-work.ts';
import type { Answer } from '../src/wire/read.ts';

const at_once = { after: (_: number, run: () => void) => (run(), () => {}) };
const CHALLENGE = `101.${'A'.repeat(28)}`;
const LIMITED: Answer<string> = {
  is: 'refused',
  problem: { code: 'too_many_requests', status: 429, retry_after_ms: 2000 },
};
const ASKED: Answer<string> = { ...LIMITED, problem: { ...LIMITED.problem, challenge: CHALLENGE } };

/** What was sent, with these answers one after another. */
async function sent(...answers: Answer<string>[]): Promise<[(string | undefined)[], Answer<string>]> {
  const works: (string | undefined)[] = [];
  const answer = await with_work(at_once, (work) => {
    works.push(work?.slice(0, CHALLENGE.length));
    return Promise.resolve(answers[works.length - 1] ?? LIMITED);
  });
  return [works, answer];
}

it('sends once more with the work, and again where more is asked for meanwhile', async () => {
  const value = { is: 'value', value: 'in' } as const;
  expect(await sent(ASKED, value)).toEqual([[undefined, CHALLENGE], value]);
  expect(await sent(ASKED, ASKED, value)).toEqual([[undefined, CHALLENGE, CHALLENGE], value]);
});

it('works for nothing else, and goes in no circles', async () => {
  expect(await sent(LIMITED)).toEqual([[undefined], LIMITED]);
  expect(await sent({ is: 'no_answer' })).toEqual([[undefined], { is: 'no_answer' }]);
  expect(await sent(ASKED, ASKED, ASKED, ASKED)).toEqual([[undefined, CHALLENGE, CHALLENGE], ASKED]);
});
