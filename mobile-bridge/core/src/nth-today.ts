// Which of a day's check-ins for one course a check-in is, read from the person's own records. Pure.
// It must not fetch them; a list that does not reach back to the day's first, or leaves out what could not be read, says nothing.

import type { CheckIn, RecordPage } from './wire/wire.ts';

/** How many-th, and when the first was; null for the first, and where the records do not reach back or are not all. */
export function nth_today(
  of: CheckIn,
  { items, next, unreadable }: RecordPage,
): { n: number; first_at: string } | null {
  if (unreadable) return null;
  const day = items.filter(({ check_in }) => check_in.day === of.day);
  if (next && day.length === items.length) return null;
  const before = day
    .map(({ check_in }) => check_in)
    .filter(({ course_id, at }) => course_id === of.course_id && Date.parse(at) < Date.parse(of.at));
  const first = before[before.length - 1];
  return first === undefined ? null : { n: before.length + 1, first_at: first.at };
}
