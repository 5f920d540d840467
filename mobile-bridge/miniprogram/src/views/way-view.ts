// Between scan and answer: what is being done or waited for, since when, until which next try; the face check; the login.
// It must not promise more than the kept pass does.

import {
  ANONYMOUS_LIFE_MS,
  BIND,
  CHECK_IN,
  FACE,
  LOGIN,
  MINI_PROGRAM,
  WAITS,
  minutes_seconds,
  time_of,
  type Attempt,
  type NeedsFace,
  type NeedsLogin,
  type Problem,
  type Sentence,
} from '@zaichang/core';
import { refusal_text } from '@zaichang/core/refusals';
import { beside, context, t } from '../context.ts';
import { trouble_line } from '../trouble.ts';
import { course_facts } from './course-facts.ts';
import type { Action, CourseFacts, Heading } from './view.ts';

export interface WayView {
  kind: 'way';
  seal: { word: string; beside: string; around: string; date: ''; mood: 'sending' | 'waiting' };
  heading: Heading;
  /** What is to be known meanwhile, one line each. */
  kept: string;
  quiet: string;
  /** Why the last try had no result. */
  trouble: string;
  next: string;
  course: CourseFacts | null;
  actions: Action[];
}

type OnTheWay = Attempt & { state: 'opened' | 'sending' | 'deferred' };

export function way_view(attempt: OnTheWay): WayView {
  const wait =
    attempt.state === 'deferred' ? attempt.wait : attempt.state === 'sending' ? attempt.after : null;
  const heading = wait ? WAITS[wait] : attempt.state === 'opened' ? CHECK_IN.opened : CHECK_IN.sending;
  if (wait === null) return plain(heading, CHECK_IN.seal_sending, 'sending', attempt);
  return {
    ...plain(heading, CHECK_IN.seal_waiting, 'waiting', attempt),
    kept: t(CHECK_IN.kept, { time: time_of(attempt.scanned_at) }),
    quiet: t(CHECK_IN.may_close),
    next: next_try(attempt.state === 'deferred' ? attempt.retry_at : 0),
    actions: [{ text: t(CHECK_IN.try_now), does: 'try_now', busy: attempt.state === 'sending' }],
  };
}

export function face_view(attempt: NeedsFace): WayView {
  const { at } = attempt;
  if (at.step !== 'waits') {
    const heading = { begins: FACE.beginning, looks: FACE.looking, asks: FACE.asking }[at.step];
    const again = at.step === 'asks' && at.tries > 0;
    const actions = again ? [{ text: t(CHECK_IN.try_now), does: 'try_now' }] : [];
    return { ...plain(heading, FACE.seal, 'sending', attempt), actions };
  }
  return {
    ...plain(FACE.title, FACE.seal, 'waiting', attempt),
    kept: t(FACE.kept, { time: time_of(attempt.scanned_at) }),
    quiet: t(FACE.why),
    trouble: at.trouble === null ? '' : trouble_line(at.trouble),
    actions: [
      { text: t(at.trouble === null ? FACE.begin : FACE.once_more), does: 'try_now' },
      ...(at.trouble === null
        ? []
        : [{ text: t(MINI_PROGRAM.show_staff), does: 'show_staff', second: true }]),
    ],
  };
}

/** A scan that waits for its person: how long it is kept, and what the tap will do. */
export function login_view(attempt: NeedsLogin): WayView {
  const { login } = context();
  const standing = login.standing();
  if (standing.is === 'working') return plain(BIND.waiting, CHECK_IN.seal_sending, 'sending', attempt);
  if (standing.is === 'trouble' && login.pause() !== null) return retried_view(attempt, standing.problem);
  const stays_out = login.stays_out();
  return {
    ...plain(stays_out ? LOGIN.to_check_in : BIND.to_bind, BIND.seal, 'waiting', attempt),
    kept: kept_for(attempt),
    quiet: t(stays_out ? BIND.why_as_bound : BIND.why),
    actions: [{ text: t(stays_out ? LOGIN.log_in_and_check_in : BIND.go), does: 'bind' }],
  };
}

/** Whether the account is bound is not known yet: asked again automatically; the phone number is another way in. */
function retried_view(attempt: NeedsLogin, problem: Problem): WayView {
  const { clock, login, preferences } = context();
  const { what } = refusal_text(problem, preferences.language(), clock.now());
  return {
    ...plain(what, CHECK_IN.seal_waiting, 'waiting', attempt),
    kept: kept_for(attempt),
    quiet: is_late(attempt) ? '' : t(MINI_PROGRAM.tried_again),
    next: next_try(login.asks() ? 0 : (login.pause()?.retry_at ?? 0)),
    actions: [
      { text: t(CHECK_IN.try_now), does: 'log_in_now', busy: login.asks() },
      { text: t(MINI_PROGRAM.by_phone), does: 'log_in_by_phone', second: true },
    ],
  };
}

function kept_for(attempt: NeedsLogin): string {
  if (attempt.person !== null) return t(LOGIN.as_scanned);
  return is_late(attempt) ? t(LOGIN.too_late) : t(LOGIN.within, { left: minutes_seconds(left_of(attempt)) });
}

const left_of = ({ scanned_at }: NeedsLogin): number =>
  scanned_at + ANONYMOUS_LIFE_MS - context().clock.now();
const is_late = (attempt: NeedsLogin): boolean => attempt.person === null && left_of(attempt) <= 0;

function next_try(retry_at: number): string {
  const seconds = Math.ceil((retry_at - context().clock.now()) / 1000);
  return seconds > 0 ? t(CHECK_IN.next_try, { seconds }) : t(CHECK_IN.trying);
}

function plain(heading: Sentence, word: Sentence, mood: 'sending' | 'waiting', attempt: Attempt): WayView {
  const course = 'course' in attempt ? attempt.course : null;
  return {
    kind: 'way',
    seal: { word: t(word), beside: beside(word), around: t(CHECK_IN.seal_around), date: '', mood },
    heading: { text: t(heading), beside: beside(heading) },
    kept: '',
    quiet: '',
    trouble: '',
    next: '',
    course: course && course_facts(course),
    actions: [],
  };
}
