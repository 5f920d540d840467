// Instants as they are read at the venue.

import { expect, it } from 'vitest';
import { day_of, day_words, minutes_seconds, time_of } from '../src/times.ts';

it('shows the time in Shanghai whatever the phone’s zone', () => {
  expect(time_of('2026-11-21T01:02:13.123Z')).toBe('09:02:13');
  expect(time_of('2026-11-20T16:00:00Z')).toBe('00:00:00');
});

it('begins the day at midnight in Shanghai', () => {
  expect(day_of('2026-11-20T15:59:59.999Z')).toBe('2026-11-20');
  expect(day_of('2026-11-20T16:00:00Z')).toBe('2026-11-21');
});

it('names a day, with the year only when it is another one', () => {
  expect(day_words('2026-11-21', 'zh', '2026-11-21')).toBe('11月21日 周六');
  expect(day_words('2025-03-02', 'zh', '2026-11-21')).toBe('2025年3月2日 周日');
  expect(day_words('2026-11-21', 'en', '2026-01-01')).toBe('Sat 21 Nov');
  expect(day_words('2025-03-02', 'en', '2026-11-21')).toBe('Sun 2 Mar 2025');
});

it('counts down to zero and no further', () => {
  expect(minutes_seconds(160_001)).toBe('2:41');
  expect(minutes_seconds(59_000)).toBe('0:59');
  expect(minutes_seconds(-5)).toBe('0:00');
});
