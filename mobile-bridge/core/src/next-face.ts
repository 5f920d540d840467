// The state machine with a face check in it, for platforms that can run one: between login and sending. Pure.
// It must not know the provider, nor how a check-in ends (next.ts does).

import type { Attempt, FaceStep, NeedsFace, Sending } from './attempt.ts';
import { held, next, refused, send, wait_for_login, type Happening, type Next, type PutOff } from './next.ts';
import type { Problem } from './wire/wire.ts';

const NO_ANSWER: Problem = { code: 'no_answer', status: 0 };

export const next_with_face: Next = (attempt, happening) => {
  if (attempt.state === 'needs_face') return from_needs_face(attempt, happening);
  // The server's answer to the check-in itself: also for a pass whose place could not be looked up before.
  if (attempt.state === 'sending' && asks_for_face(happening)) return ask_for_face(attempt);
  return stop_for_face(noting_need(next(attempt, happening), happening));
};

/** What would be sent for the first time is held for the face check; once that is passed nothing holds it. */
function stop_for_face(after: Attempt): Attempt {
  return after.state === 'sending' && after.face === true ? ask_for_face(after) : after;
}

function noting_need(after: Attempt, happening: Happening): Attempt {
  if (happening.it !== 'exchanged' || !happening.scan.needs.includes('face')) return after;
  return after.state === 'needs_login' || after.state === 'sending' ? { ...after, face: true } : after;
}

const asks_for_face = (happening: Happening): boolean =>
  happening.it === 'refused' && happening.problem.code === 'face_required';

const ask_for_face = (attempt: Sending): NeedsFace => ({
  ...held(attempt),
  face: true,
  state: 'needs_face',
  at: { step: 'waits', trouble: null },
});

function from_needs_face(attempt: NeedsFace, happening: Happening): Attempt {
  switch (happening.it) {
    case 'due':
      return hurried(attempt);
    case 'hastened':
      return attempt.at.step === 'asks' && happening.retry_at < attempt.at.retry_at
        ? at(attempt, { ...attempt.at, retry_at: happening.retry_at })
        : attempt;
    case 'face':
      return at(attempt, happening.at);
    case 'face_passed':
      return send({ ...attempt, face: false }, 0, null);
    case 'put_off':
      return put_off(attempt, happening);
    case 'refused':
      if (happening.problem.code === 'login_required') return wait_for_login(attempt);
      return refused(attempt, happening.problem);
    case 'reopened':
      return after_pause(attempt, happening.person);
    case 'logged_in':
      return belongs_to(attempt, happening.person) ? attempt : wait_for_login(attempt);
    case 'logged_out':
      return wait_for_login(attempt);
    default:
      return next(attempt, happening);
  }
}

/** The person's own request: to begin, or not to wait for the next question. */
function hurried(attempt: NeedsFace): NeedsFace {
  const { at: from } = attempt;
  if (from.step === 'waits') return at(attempt, { step: 'begins', retry_at: 0 });
  return from.step === 'asks' ? at(attempt, { ...from, retry_at: 0 }) : attempt;
}

/** `person` null: the server could not tell whose pass it is; presenting it will show. */
const belongs_to = ({ person }: NeedsFace, who: number | null): boolean =>
  who !== null && (person === null || person === who);

const at = (attempt: NeedsFace, step: FaceStep): NeedsFace => ({ ...attempt, at: step });

/** A check that could not begin waits for the person; the outcome of one that was made is asked for until it is known. */
function put_off(attempt: NeedsFace, { problem, retry_at }: PutOff): NeedsFace {
  const { at: from } = attempt;
  return from.step === 'asks'
    ? at(attempt, { ...from, tries: from.tries + 1, retry_at })
    : at(attempt, { step: 'waits', trouble: problem ?? NO_ANSWER });
}

/** The page was closed meanwhile: a check that may have been made is asked for, one that had not begun begins anew. */
function after_pause(attempt: NeedsFace, person: number | null): Attempt {
  if (!belongs_to(attempt, person)) return wait_for_login(attempt);
  const { at: from } = attempt;
  if (from.step === 'looks') return at(attempt, { step: 'asks', check: from.check, tries: 0, retry_at: 0 });
  return from.step === 'begins' ? at(attempt, { step: 'waits', trouble: null }) : attempt;
}
