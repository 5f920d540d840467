// A scan whose person is not approved yet, or not registered: the refusal came with their pass, which counts from the scan on once their unit has
// approved them. It is presented again when asked to, or when the page is opened again; never by a timer.
// It must not know how a page shows it, nor how long a pass lives (the server does).

import type { Attempt, Refused } from './attempt.ts';
import type { Outbox } from './outbox.ts';
import type { Problem } from './wire/wire.ts';

/** Sooner after the scan no approval is expected. */
const AGAIN_AFTER_MS = 60_000;

export const is_held = (attempt: Attempt): attempt is Refused =>
  attempt.state === 'refused' && holds(attempt.problem);

const holds = ({ code, pass }: Problem): boolean =>
  /^(person_not_approved|phone_not_registered)$/.test(code) && pass !== undefined;

/** A login that proved who somebody is was refused: the scan it was for keeps the pass. False where there is no such scan. */
export function hold(outbox: Outbox, problem: Problem): boolean {
  const waiting = outbox.all().find((attempt) => attempt.state === 'needs_login' && attempt.person === null);
  if (waiting?.state !== 'needs_login' || !holds(problem)) return false;
  const { code, scanned_at, course } = waiting;
  outbox.restart({ state: 'refused', code, scanned_at, course, person: null, problem, seen: false });
  return true;
}

/** By the person who is logged in; another person's pass is not presented, as it would be lost. */
export function present_again(outbox: Outbox, attempt: Attempt, person: number): boolean {
  if (!is_held(attempt) || (attempt.person !== null && attempt.person !== person)) return false;
  const { code, scanned_at, course, problem } = attempt;
  const pass = problem.pass as string;
  outbox.restart({ state: 'sending', code, scanned_at, pass, course, person, tries: 0, after: null });
  return true;
}

/** Whether a page that is opened, or looked at again, presents it by itself. */
export const may_follow = (attempt: Attempt, now: number): boolean =>
  is_held(attempt) && now - attempt.scanned_at > AGAIN_AFTER_MS;
