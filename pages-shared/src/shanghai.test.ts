// Checks the clocks at the edges of days, months and years. It must pass whatever zone the machine is in.
import { expect, test } from 'vitest';
import { dayAfter, dayOf, daysOf, isDay, minuteOf, momentOf, partsOf, timeOf } from './shanghai.ts';

test('an instant is shown by the clock in Shanghai', () => {
  expect(timeOf('2026-11-21T01:02:13.123Z')).toBe('09:02:13');
  expect(minuteOf('2026-11-21T01:02:13.123Z')).toBe('09:02');
  expect(momentOf('2026-11-21T01:02:13Z')).toBe('2026-11-21 09:02:13');
});

test('the day turns at midnight in Shanghai, not in Greenwich', () => {
  expect(dayOf('2026-11-20T15:59:59.999Z')).toBe('2026-11-20');
  expect(dayOf('2026-11-20T16:00:00Z')).toBe('2026-11-21');
  expect(timeOf('2026-11-20T16:00:00Z')).toBe('00:00:00');
  expect(dayOf('2026-12-31T16:00:00Z')).toBe('2027-01-01');
});

test('what is no instant is nothing, and breaks no page', () => {
  expect([timeOf('soon'), dayOf(Number.NaN)]).toEqual(['', '']);
});

test('an instant written with another offset is the same instant', () => {
  expect(momentOf('2026-11-21T09:02:13+08:00')).toBe('2026-11-21 09:02:13');
});

test('days are counted across months and leap years', () => {
  expect(dayAfter('2026-11-30', 1)).toBe('2026-12-01');
  expect(dayAfter('2027-01-01', -1)).toBe('2026-12-31');
  expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29');
});

test('a weekday is the one of the calendar day', () => {
  expect(partsOf('2026-11-21')).toEqual({ month: 11, day: 21, weekday: 6 });
});

test('only days that exist are days', () => {
  for (const text of ['2026-11-21', '2028-02-29']) expect(isDay(text), text).toBe(true);
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '', '20261121', '2026-11-21T00:00']) {
    expect(isDay(text), text).toBe(false);
  }
});

test('a period is its days, in order and once each', () => {
  const period = [
    { from: '2026-11-29', to: '2026-12-01' },
    { from: '2026-11-21', to: '2026-11-21' },
    { from: '2026-11-29', to: '2026-11-29' },
  ];
  expect(daysOf(period)).toEqual(['2026-11-21', '2026-11-29', '2026-11-30', '2026-12-01']);
  expect(daysOf([{ from: '2020-01-01', to: '2999-01-01' }])).toHaveLength(366);
});
