// Checks filters <-> address and what passes. It must not need a router.
import { expect, test } from 'vitest';
import { addressOf, filterIn, ordered, type DayFilter } from './filter';
import type { Course } from '../api/types';

function course(id: number, state: Course['state'], title: string, lecturer: string | null = null): Course {
  return {
    id,
    title,
    hours: '3.0',
    lecturer,
    venue: '长沙市第三医院',
    place: '门诊楼三楼',
    project: { id: 1, number: '2025-11-01-033 (国)', name: '内分泌新进展', state: 'approved' },
    period: [{ from: '2026-11-21', to: '2026-11-22' }],
    opens: '07:00',
    closes: '18:00',
    cap: null,
    face: false,
    collects_distances: false,
    profile: 'strict',
    state,
    reason: null,
    opens_at: null,
    attendees: 0,
    seats_taken: 0,
    check_ins: 0,
    open_screens: 0,
  };
}

const plain: DayFilter = { on: null, text: '', state: null };

test('the plain day has a plain address', () => {
  expect(addressOf(plain)).toEqual({});
  expect(filterIn({})).toEqual(plain);
});

test('every filter comes back from its address', () => {
  const filter: DayFilter = { on: '2026-11-22', text: '糖尿病 三楼', state: 'full' };
  expect(filterIn(addressOf(filter) as Record<string, string>)).toEqual(filter);
});

test('rubbish in the address is as good as nothing', () => {
  expect(filterIn({ on: '2026-02-30', q: [null], state: 'gone' })).toEqual(plain);
});

test('courses taking check-ins come first and equals keep the server’s order', () => {
  const courses = [
    course(1, 'closed', 'a'),
    course(2, 'not_open', 'b'),
    course(3, 'open', 'c'),
    course(4, 'full', 'd'),
    course(5, 'open', 'e'),
  ];
  expect(ordered(courses, null).map((found) => found.id)).toEqual([3, 5, 4, 2, 1]);
  expect(ordered(courses, 'full').map((found) => found.id)).toEqual([4]);
});
