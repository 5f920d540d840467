// Sends one attempt to the server once and returns the result, pause included.
// It must not know which attempts there are, nor when they are due (outbox.ts does).

import type { Api } from './api.ts';
import type { NeedsFace, Opened, Sending } from './attempt.ts';
import { retry_delay } from './backoff.ts';
import type { Happening } from './next.ts';
import { verdict_of } from './verdict.ts';
import type { Answer } from './wire/read.ts';
import type { CheckInReply } from './wire/wire.ts';

/** What can be sent; a face check only with face.ts around this. */
export type Sendable = Opened | Sending | NeedsFace;

export interface Sender {
  send(attempt: Sendable, logged_in: number | null): Promise<Happening>;
}

export function sender(api: Api, now: () => number, random: () => number): Sender {
  function happening(answer: Answer<CheckInReply>, tries: number, sent_as: number | null): Happening {
    const verdict = verdict_of(answer);
    if (verdict.it !== 'put_off') return verdict;
    const { asked_ms, ...put_off } = verdict;
    return { ...put_off, sent_as, retry_at: now() + retry_delay(tries, asked_ms, random) };
  }

  return {
    async send(attempt, logged_in) {
      if (attempt.state !== 'opened') {
        const tries = 'tries' in attempt ? attempt.tries : 0;
        return happening(await api.check_in(attempt.pass), tries, logged_in);
      }
      const answer = await api.scan(attempt.code);
      // The pass is bound to the person logged in when the request left.
      if (answer.is === 'value') return { it: 'exchanged', scan: answer.value, sent_as: logged_in };
      return happening(answer, attempt.tries, logged_in);
    },
  };
}
