// Which of the day's check-ins one is: by the records of the same course and day, as far as they reach back.

import { expect, it } from 'vitest';
import { nth_today, type CheckIn, type RecordPage } from '../src/index.ts';

const of = (at: string, day = '2026-11-21', course_id = 7): CheckIn =>
  ({ at: `${at}Z`, day, course_id }) as CheckIn;
const page = (check_ins: CheckIn[], next: string | null = null): RecordPage =>
  ({ items: check_ins.map((check_in) => ({ check_in, receipt: 'r' })), next }) as RecordPage;

const FIRST = of('2026-11-20T23:35:00');
const SECOND = of('2026-11-21T04:10:00');

it('counts the earlier ones of the same course and day, and names the first', () => {
  const others = [of('2026-11-21T01:00:00', '2026-11-21', 8), of('2026-11-20T05:00:00', '2026-11-20')];
  expect(nth_today(SECOND, page([SECOND, ...others, FIRST]))).toEqual({ n: 2, first_at: FIRST.at });
});

it('says nothing of the first, nor of one that others came after', () => {
  expect(nth_today(FIRST, page([SECOND, FIRST]))).toBeNull();
});

it('says nothing where the records do not reach back to the morning', () => {
  expect(nth_today(SECOND, page([SECOND, FIRST], 'more'))).toBeNull();
});

it('says nothing where a record is left out: it may be one of the day', () => {
  expect(nth_today(SECOND, { ...page([SECOND, FIRST]), unreadable: 1 })).toBeNull();
});
