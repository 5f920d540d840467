// What a member of staff needs to help: who, where, when, what happened, and the number under which it was logged. Shown on the
// person's own phone, at their wish. It must not show more than they see anyway.

import { STAFF, day_of, day_words, time_of, type Attempt, type Person, type Problem } from '@zaichang/core';
import { refusal_text } from '@zaichang/core/refusals';
import { el } from './draw.ts';
import type { Words } from './parts.ts';

export interface ForStaff {
  problem: Problem;
  attempt: Attempt | null;
  person: Person | null;
  now: number;
}

/** Whether staff can help with it: also where one registers, which is done on the phone's web page. */
export const is_for_staff = (problem: Problem, { language }: Words, now: number): boolean =>
  /^(show_staff|register)$/.test(refusal_text(problem, language, now).next);

export function staff_card({ problem, attempt, person, now }: ForStaff, words: Words): HTMLElement {
  const { t, language } = words;
  const at = attempt?.scanned_at ?? now;
  const course = attempt !== null && 'course' in attempt ? attempt.course : null;
  const facts: [string, string | null | undefined, string?][] = [
    [t(STAFF.unit), [person?.unit, person?.department].filter(Boolean).join(' · ')],
    [t(STAFF.course), course?.title],
    [t(STAFF.reason), t(refusal_text(problem, language, now).what)],
    [t(STAFF.time), `${day_words(day_of(at), language, day_of(now))} ${time_of(at)}`, 'figures'],
    [t(STAFF.request), problem.request_id, 'request'],
  ];
  const rows = facts.flatMap(([name, value, look]) =>
    value ? [el('dt', {}, name), el('dd', look ? { class: look } : {}, value)] : [],
  );
  return el(
    'section',
    { class: 'card staff' },
    el('h1', { class: 'staff-title', tabindex: -1 }, t(STAFF.title)),
    el('p', { class: 'staff-name' }, person?.name ?? t(STAFF.nobody)),
    el('dl', { class: 'facts' }, ...rows),
  );
}
