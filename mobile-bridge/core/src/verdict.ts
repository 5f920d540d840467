// What a reply to a presented pass means for the attempt: an answer, or a pause. Pure.
// It must not decide how a refusal reads (words/) nor when the next try happens (backoff.ts).

import type { Wait } from './attempt.ts';
import type { Answer } from './wire/read.ts';
import type { CheckInRecord, CheckInReply, Problem } from './wire/wire.ts';

export type Verdict =
  | { it: 'recorded'; status: 'recorded' | 'already_recorded'; record: CheckInRecord }
  | { it: 'refused'; problem: Problem }
  | { it: 'put_off'; wait: Wait; asked_ms: number; pass: string | null; problem: Problem | null };

export function verdict_of(answer: Answer<CheckInReply>): Verdict {
  if (answer.is === 'no_answer') return put_off('line', 0, null, null);
  if (answer.is === 'refused') {
    const { problem } = answer;
    const wait = wait_of(answer);
    return wait
      ? put_off(wait, problem.retry_after_ms ?? 0, problem.pass ?? null, problem)
      : { it: 'refused', problem };
  }
  const reply = answer.value;
  if (reply.status === 'deferred') return put_off('storage', reply.retry_after_ms, reply.pass, null);
  const { status, check_in, receipt } = reply;
  return { it: 'recorded', status, record: { check_in, receipt } };
}

const put_off = (
  wait: Wait,
  asked_ms: number,
  pass: string | null,
  problem: Problem | null,
): Verdict & { it: 'put_off' } => ({ it: 'put_off', wait, asked_ms, pass, problem });

/**
 * What is to be waited for before the same is asked again; null for an answer. The service promises that anything but an
 * answer may be tried again: its own troubles are never one.
 */
export function wait_of(answer: Answer<unknown>): Wait | null {
  if (answer.is === 'no_answer') return 'line';
  if (answer.is === 'value') return null;
  const { code, status } = answer.problem;
  if (code === 'storage_unavailable') return 'storage';
  return status >= 500 || status === 429 || status === 408 ? 'crowd' : null;
}
