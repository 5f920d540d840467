// A request that may be asked to work first: a login where many wrong ones were tried. It is sent again with the work, and the person
// notices nothing but a wait. It must not know what is asked for.

import type { Clock } from './platform.ts';
import { prove } from '@zaichang/shared/proof-of-work';
import type { Answer } from './wire/read.ts';

/** More may be asked for while one works, once. */
const MOST = 2;

/** `call` is told what was worked out; any refusal without a challenge stands, and so does a third one. */
export async function with_work<T>(
  clock: Pick<Clock, 'after'>,
  call: (work?: string) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  let answer = await call();
  for (let worked = 0; worked < MOST; worked++) {
    const challenge = answer.is === 'refused' && answer.problem.challenge;
    if (!challenge) break;
    answer = await call(await prove(challenge, clock));
  }
  return answer;
}
