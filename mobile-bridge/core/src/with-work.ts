// A request that may be asked to work first: a login where many wrong ones were tried. It is sent again with the work, once, and the
// person notices nothing but a wait. It must not know what is asked for.

import type { Clock } from './platform.ts';
import { prove } from './proof-of-work.ts';
import type { Answer } from './wire/read.ts';

/** `call` is told what was worked out; any refusal without a challenge stands, and so does a second one. */
export async function with_work<T>(
  clock: Pick<Clock, 'after'>,
  call: (work?: string) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const answer = await call();
  const challenge = answer.is === 'refused' && answer.problem.challenge;
  return challenge ? call(await prove(challenge, clock)) : answer;
}
