// The text message for a person who has not just scanned: the server asks for work first. It starts as soon as the number is known, so
// that there is hardly any wait. Loaded only by pages that need it. It must not draw anything.

import type { Api } from './api.ts';
import type { Clock } from './platform.ts';
import { prove } from '@zaichang/shared/proof-of-work';
import type { Answer } from './wire/read.ts';
import type { SmsCodeSent } from './wire/wire.ts';

export { prove };

/** By phone, as long as the page lives: one proof is good for ten minutes, a second message included. */
const proofs: Record<string, Promise<string | undefined>> = {};

const challenge_in = (answer: Answer<unknown>): string | false | null | undefined =>
  answer.is === 'refused' && answer.problem.challenge;

/** Begins the work, unless it has been. With neither scan nor proof no message is sent: the answer is the challenge. */
export function work_for(api: Api, clock: Pick<Clock, 'after'>, phone: string): Promise<string | undefined> {
  return (proofs[phone] ??= api.send_sms_code(phone, null).then((answer) => {
    const challenge = challenge_in(answer);
    return challenge ? prove(challenge, clock) : undefined;
  }));
}

/** Once more with new work when the first is too old, or had no connection. */
export async function send_with_work(
  api: Api,
  clock: Pick<Clock, 'after'>,
  phone: string,
): Promise<Answer<SmsCodeSent>> {
  const send = async (): Promise<Answer<SmsCodeSent>> =>
    api.send_sms_code(phone, null, await work_for(api, clock, phone));
  const answer = await send();
  if (!challenge_in(answer)) return answer;
  delete proofs[phone];
  return send();
}
