// Success: the stamp, the time large, the course, the receipt, and the notice of a spot check over them.
// A repeat is the same success with the first time; it must never look like a fault.

import {
  AWARD_MESSAGE,
  CHECK_IN,
  MINI_PROGRAM,
  RESULT_WHO,
  SHELL,
  SPOT_CHECK,
  day_of,
  day_words,
  minutes_seconds,
  receipt_tail,
  time_of,
  type Recorded,
  type SpotNotice,
} from '@zaichang/core';
import { beside, context, t } from '../context.ts';
import { course_facts } from './course-facts.ts';
import type { Action, CourseFacts, Heading } from './view.ts';

export interface ResultView {
  kind: 'result';
  seal: { word: string; beside: string; around: string; date: string; mood: 'done' };
  again: boolean;
  heading: Heading;
  time: string;
  day: string;
  /** Whose it is; empty where the phone does not know. */
  who: string;
  /** Which of the day's it is; empty for the first. */
  nth: string;
  course: CourseFacts;
  receipt: { label: string; tail: string };
  note: string;
  /** That the distance from the hall was sent; empty where it was not. */
  located: string;
  spot: { title: string; text: string; mood: 'soon' | 'done' } | null;
  /** The result of asking for the message about credits; empty before. */
  message: string;
  /** To be asked about it, in the flow of the page: the foot holds one thing. */
  ask: Action | null;
  actions: Action[];
}

export interface Shown {
  spot: SpotNotice | null;
  /** What the person answered to WeChat's question; null when not asked, undefined when there is no question to ask. */
  subscribed: 'accept' | 'other' | null | undefined;
  located: boolean;
  nth: { n: number; first_at: string } | null;
}

export function result_view(attempt: Recorded, { spot, subscribed, located, nth }: Shown): ResultView {
  const { check_in, receipt } = attempt;
  const { preferences, clock, who } = context();
  const me = who.read();
  const again = attempt.state === 'already';
  const time = time_of(check_in.at);
  const heading = again ? CHECK_IN.already : CHECK_IN.recorded;
  const asked = spot?.is === 'asked';
  const may_ask = !asked && subscribed === null;
  const records: Action = { text: t(SHELL.my_records), does: 'records' };
  return {
    kind: 'result',
    seal: { ...stamp(), date: check_in.day.replace(/-/g, '.') },
    again,
    heading: { text: t(heading, { time }), beside: beside(heading, { time }) },
    time,
    day: day_words(check_in.day, preferences.language(), day_of(clock.now())),
    who: me === null ? '' : [me.name, me.department || me.unit].filter(Boolean).join(' · '),
    nth: nth === null ? '' : t(RESULT_WHO.nth, { n: nth.n, time: time_of(nth.first_at).slice(0, 5) }),
    course: course_facts({ ...attempt.course, ...check_in, title: check_in.course_title }),
    receipt: { label: t(CHECK_IN.receipt), tail: receipt_tail(receipt) },
    note: t(CHECK_IN.sign_out),
    located: located ? t(MINI_PROGRAM.located) : '',
    spot: spot && spot_words(spot),
    message:
      subscribed == null ? '' : t(AWARD_MESSAGE[subscribed === 'accept' ? 'accepted' : 'not_accepted']),
    ask: may_ask ? { text: t(AWARD_MESSAGE.ask), does: 'subscribe', second: true } : null,
    actions: [asked ? { text: t(SPOT_CHECK.scan), does: 'scan' } : records],
  };
}

const stamp = () => ({
  word: t(CHECK_IN.recorded),
  beside: beside(CHECK_IN.recorded),
  around: t(CHECK_IN.seal_around),
  mood: 'done' as const,
});

function spot_words(spot: SpotNotice): ResultView['spot'] {
  return spot.is === 'answered'
    ? { title: t(SPOT_CHECK.title), text: t(SPOT_CHECK.answered), mood: 'done' }
    : {
        title: t(SPOT_CHECK.title),
        text: t(SPOT_CHECK.asked, { left: minutes_seconds(spot.left_ms) }),
        mood: 'soon',
      };
}
