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
  type Sentence,
} from '@zaichang/core';
import { beside, here, t } from '../here.ts';
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
  /** Why the last try came to nothing. */
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
  const left_ms = attempt.state === 'deferred' ? attempt.retry_at - here().clock.now() : 0;
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return {
    ...plain(heading, CHECK_IN.seal_waiting, 'waiting', attempt),
    kept: t(CHECK_IN.kept, { time: time_of(attempt.scanned_at) }),
    quiet: t(CHECK_IN.may_close),
    next: seconds > 0 ? t(CHECK_IN.next_try, { seconds }) : t(CHECK_IN.trying),
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
export function login_view(attempt: NeedsLogin, working: boolean, stays_out: boolean): WayView {
  if (working) return plain(BIND.waiting, CHECK_IN.seal_sending, 'sending', attempt);
  const left_ms = attempt.scanned_at + ANONYMOUS_LIFE_MS - here().clock.now();
  const within = left_ms > 0 ? t(LOGIN.within, { left: minutes_seconds(left_ms) }) : t(LOGIN.too_late);
  return {
    ...plain(stays_out ? LOGIN.to_check_in : BIND.to_bind, BIND.seal, 'waiting', attempt),
    kept: attempt.person === null ? within : t(LOGIN.as_scanned),
    quiet: t(stays_out ? BIND.why_as_bound : BIND.why),
    actions: [{ text: t(stays_out ? LOGIN.log_in_and_check_in : BIND.go), does: 'bind' }],
  };
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
