import { expect, it } from 'vitest';
import { dayMeant } from './typed-day';

it.each([
  ['2026-11-29', false, false, '2026-11-29'],
  ['1950-01-01', false, true, '1950-01-01'],
  ['1949-12-31', false, true, undefined],
  // The year's keys, one after the other.
  ['0002-11-29', false, true, undefined],
  ['0202-11-29', false, true, undefined],
  ['20266-11-29', false, true, undefined],
  ['2100-01-01', false, true, undefined],
  // A part was deleted: the field is empty for programs, not for people.
  ['', true, true, undefined],
  ['', false, true, null],
  ['', false, false, undefined],
])('“%s” half typed: %s, may be empty: %s, means %s', (text, halfTyped, mayBeEmpty, meant) => {
  expect(dayMeant(text, halfTyped, mayBeEmpty)).toBe(meant);
});
