// The state machine of a check-in: what an attempt becomes when something happens. Pure.
// An event that has no meaning in a state changes nothing, so late and doubled replies are harmless.

import {
  is_answered,
  type Attempt,
  type Deferred,
  type NeedsFace,
  type NeedsLogin,
  type Opened,
} from './attempt.ts';
import type { Answered, FaceStep, Recorded, Refused, Sending, Wait } from './attempt.ts';
import type { CheckInRecord, Problem, Scan } from './wire/wire.ts';

/** Not answered, to be tried again; with a pass when the server gave one to be kept and presented instead. */
export interface PutOff {
  it: 'put_off';
  wait: Wait;
  retry_at: number;
  pass: string | null;
  problem: Problem | null;
  /** Who was logged in when the request left. */
  sent_as: number | null;
}

export type Happening =
  | { it: 'exchanged'; scan: Scan; sent_as: number | null }
  | { it: 'logged_in'; person: number; bound_pass: string | null }
  | { it: 'logged_out' }
  /** The pause is over, or the person asked not to wait for its end. */
  | { it: 'due' }
  | { it: 'recorded'; status: 'recorded' | 'already_recorded'; record: CheckInRecord }
  | PutOff
  /** The connection may be back: a pause made for it may end earlier. */
  | { it: 'hastened'; retry_at: number }
  | { it: 'refused'; problem: Problem }
  /** The page was closed and opened again, by the person logged in now. */
  | { it: 'reopened'; person: number | null }
  /** The answer has been on screen. */
  | { it: 'seen' }
  | { it: 'face'; at: FaceStep }
  /** The provider's result, by way of the server. */
  | { it: 'face_passed' };

export type Holding = NeedsLogin | NeedsFace | Sending | Deferred;
type Held = Omit<NeedsLogin, 'state'>;

/** No profile keeps a code fresh for longer; exchanging it later can only return that it has expired. */
const CODE_LIFE_MS = 15_000;

export type Next = (attempt: Attempt, happening: Happening) => Attempt;

export function next(attempt: Attempt, happening: Happening): Attempt {
  if (is_answered(attempt)) return from_answered(attempt, happening);
  // A row counts, even when the person has logged out while the reply was on its way.
  if (happening.it === 'recorded' && attempt.state !== 'opened') return recorded(attempt, happening);
  switch (attempt.state) {
    case 'opened':
      return from_opened(attempt, happening);
    case 'needs_login':
      return from_needs_login(attempt, happening);
    case 'sending':
      return from_sending(attempt, happening);
    case 'deferred':
      return from_deferred(attempt, happening);
    default:
      return attempt;
  }
}

/** An answer stays. Seen again on a later visit it reads "you checked in at …", with the same receipt. */
function from_answered(attempt: Answered, happening: Happening): Attempt {
  if (happening.it === 'seen' && !attempt.seen) return { ...attempt, seen: true };
  if (happening.it === 'reopened' && attempt.state === 'recorded' && attempt.seen) {
    return { ...attempt, state: 'already' };
  }
  return attempt;
}

function from_opened(attempt: Opened, happening: Happening): Attempt {
  const { code, scanned_at } = attempt;
  switch (happening.it) {
    case 'exchanged':
      return with_pass(code, scanned_at, happening.scan, happening.sent_as);
    case 'refused':
      // The scan must survive the end of a session: it goes on without one.
      if (happening.problem.code === 'login_required' && !attempt.tries) return { ...attempt, tries: 1 };
      return refused(attempt, happening.problem);
    case 'put_off':
      if (happening.pass !== null) return kept(code, scanned_at, happening.pass, happening);
      if (happening.retry_at > scanned_at + CODE_LIFE_MS) {
        return refused(attempt, happening.problem ?? { code: 'line_lost', status: 0 });
      }
      return { ...attempt, tries: attempt.tries + 1, retry_at: happening.retry_at };
    default:
      return attempt;
  }
}

function recorded(of: Holding, happening: Happening & { it: 'recorded' }): Recorded {
  const { code, scanned_at, course, person } = of;
  const state = happening.status === 'recorded' ? 'recorded' : 'already';
  return { state, code, scanned_at, course, person, ...happening.record, seen: false };
}

export function refused(of: Opened | Holding, problem: Problem): Refused {
  const { code, scanned_at } = of;
  const { course, person } = of.state === 'opened' ? { course: null, person: null } : of;
  return { state: 'refused', code, scanned_at, course, person, problem, seen: false };
}

/** What a fresh pass makes of a scan: if the person was logged in, it is bound and sent at once. */
export function with_pass(code: string, scanned_at: number, scan: Scan, person: number | null): Attempt {
  const { pass, course } = scan;
  const holding = { code, scanned_at, pass, course, person };
  return person === null
    ? { ...holding, state: 'needs_login' }
    : { ...holding, state: 'sending', tries: 0, after: null };
}

/** A scan whose place could not be looked up because the store is away: its pass is kept and presented later. */
export function kept(code: string, scanned_at: number, pass: string, put_off: PutOff): Deferred {
  const { wait, retry_at, sent_as: person } = put_off;
  return { state: 'deferred', code, scanned_at, pass, course: null, person, tries: 1, wait, retry_at };
}

function from_needs_login(attempt: NeedsLogin, happening: Happening): Attempt {
  switch (happening.it) {
    case 'logged_in':
      return send_as(attempt, happening.person, happening.bound_pass);
    case 'reopened':
      return happening.person === null ? attempt : send_as(attempt, happening.person, null);
    default:
      return attempt;
  }
}

/** A bound pass waits for its own person: presented by anyone else it would be refused, and lost. */
export function send_as(attempt: Holding, person: number, bound_pass: string | null): Attempt {
  if (attempt.person !== null && attempt.person !== person) return wait_for_login(attempt);
  return send({ ...attempt, person, pass: bound_pass ?? attempt.pass }, 0, null);
}

function from_sending(attempt: Sending, happening: Happening): Attempt {
  switch (happening.it) {
    case 'put_off': {
      const { wait, retry_at, pass } = happening;
      const tries = attempt.tries + 1;
      return { ...held(attempt), state: 'deferred', pass: pass ?? attempt.pass, tries, wait, retry_at };
    }
    case 'refused':
      if (happening.problem.code === 'login_required') return wait_for_login(attempt);
      return refused(attempt, happening.problem);
    default:
      return still_with(attempt, happening);
  }
}

function from_deferred(attempt: Deferred, happening: Happening): Attempt {
  if (happening.it === 'due') return send(attempt, attempt.tries, attempt.wait);
  if (happening.it === 'hastened') {
    const earlier = attempt.wait === 'line' && happening.retry_at < attempt.retry_at;
    return earlier ? { ...attempt, retry_at: happening.retry_at } : attempt;
  }
  return still_with(attempt, happening);
}

/** Pages come and go while a pass is under way; it goes on only with its own person logged in. */
function still_with(attempt: Sending | Deferred, happening: Happening): Attempt {
  switch (happening.it) {
    case 'logged_out':
      return wait_for_login(attempt);
    case 'logged_in':
      return send_as(attempt, happening.person, happening.bound_pass);
    case 'reopened':
      return happening.person === null ? wait_for_login(attempt) : send_as(attempt, happening.person, null);
    default:
      return attempt;
  }
}

export function send(attempt: Holding, tries: number, after: Wait | null): Sending {
  return { ...held(attempt), state: 'sending', tries, after };
}

/** What stays the same from state to state. */
export function held({ code, scanned_at, pass, course, person, face }: Holding): Held {
  return { code, scanned_at, pass, course, person, face };
}

export function wait_for_login(attempt: Holding): NeedsLogin {
  if (attempt.state === 'needs_login') return attempt;
  return { ...held(attempt), state: 'needs_login' };
}
