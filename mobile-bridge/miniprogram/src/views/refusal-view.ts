// A refusal as a page shows it: what happened, why, the next step as a button; and the card to show to the staff.
// It must not decide the words (the core's catalogue does).

import { SHELL, STAFF, day_of, day_words, time_of, type Course, type Problem } from '@zaichang/core';
import { NEXT_STEPS, refusal_text } from '@zaichang/core/refusals';
import { beside, context, t } from '../context.ts';
import { course_facts, course_times } from './course-facts.ts';
import type { Action, CourseFacts, Heading } from './view.ts';

export interface RefusalView {
  kind: 'refusal';
  mood: 'soon' | 'no';
  what: Heading;
  why: string;
  course: CourseFacts | null;
  staff: { title: string; name: string; rows: { name: string; value: string }[] } | null;
  actions: Action[];
}

export interface Refusal {
  problem: Problem;
  course?: Course | null;
  /** Server Unix ms. */
  scanned_at?: number | null;
  for_staff: boolean;
}

export function refusal_view(refusal: Refusal): RefusalView {
  const { problem, for_staff } = refusal;
  const { preferences, clock } = context();
  const language = preferences.language();
  const { mood, what, why, next: wanted } = refusal_text(problem, language, clock.now());
  // One registers on the phone's web page.
  const next = wanted === 'register' ? 'show_staff' : wanted;
  const course = for_staff || !refusal.course ? null : refusal.course;
  const first = for_staff && next === 'show_staff' ? t(SHELL.back) : t(NEXT_STEPS[next]);
  const second = next === 'scan' ? 'home' : next === 'home' ? null : 'scan';
  return {
    kind: 'refusal',
    mood,
    what: { text: t(what), beside: beside(what) },
    why,
    course: course && { ...course_facts(course), rows: course_times(course, language) },
    staff: for_staff ? staff_card(refusal, t(what)) : null,
    actions: [
      { text: first, does: next },
      ...(second === null ? [] : [{ text: t(NEXT_STEPS[second]), does: second, second: true }]),
    ],
  };
}

/** Shown on the person's own phone, at their wish: no more than they see anyway. */
function staff_card({ problem, course, scanned_at }: Refusal, what: string): RefusalView['staff'] {
  const { who, clock, preferences } = context();
  const me = who.read();
  const at = scanned_at ?? clock.now();
  const rows = [
    { name: t(STAFF.unit), value: [me?.unit, me?.department].filter(Boolean).join(' · ') },
    { name: t(STAFF.course), value: course?.title ?? '' },
    { name: t(STAFF.reason), value: what },
    {
      name: t(STAFF.time),
      value: `${day_words(day_of(at), preferences.language(), day_of(at))} ${time_of(at)}`,
    },
    { name: t(STAFF.request), value: problem.request_id ?? '' },
  ];
  return {
    title: t(STAFF.title),
    name: me?.name ?? t(STAFF.logged_out),
    rows: rows.filter(({ value }) => value !== ''),
  };
}
