// The calendar of Asia/Shanghai, whatever zone the machine is in.
import { describe, expect, it } from 'vitest';
import { dayAt, dayParts, parseDay, timeOfDay, untilThen } from '../src/shanghai';

const at = (text: string): number => Date.parse(text);

describe('the Shanghai calendar', () => {
  it('turns the day at sixteen hours UTC', () => {
    expect(dayParts(dayAt(at('2026-11-20T15:59:59.999Z')))).toEqual({ month: 11, date: 20, weekday: 5 });
    expect(dayParts(dayAt(at('2026-11-20T16:00:00Z')))).toEqual({ month: 11, date: 21, weekday: 6 });
  });

  it('reads the time of day', () => {
    expect(timeOfDay(at('2026-11-21T01:02:13.987Z'))).toBe('09:02:13');
    expect(timeOfDay(at('2026-11-20T16:00:00Z'))).toBe('00:00:00');
    expect(timeOfDay(at('2026-11-21T15:59:59.999Z'))).toBe('23:59:59');
  });

  it('keeps eight hours in summer too', () => {
    expect(timeOfDay(at('2026-07-01T00:00:00Z'))).toBe('08:00:00');
  });

  it('refuses days that do not exist', () => {
    for (const text of [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '20261121',
      '',
      '2026-11-21T00:00:00Z',
    ]) {
      expect(parseDay(text)).toBeNull();
    }
    expect(parseDay('2028-02-29')).toBe(parseDay('2028-02-28')! + 1);
  });

  it('agrees with itself: the day of an instant is the day that was written', () => {
    expect(parseDay('2026-11-21')).toBe(dayAt(at('2026-11-21T01:00:00Z')));
  });

  it('counts down without ever showing less than is left', () => {
    expect(untilThen(1)).toEqual({ days: 0, rest: '00:00:01' });
    expect(untilThen(59_001)).toEqual({ days: 0, rest: '00:01:00' });
    expect(untilThen(2 * 86_400_000 + 11_529_000)).toEqual({ days: 2, rest: '03:12:09' });
    expect(untilThen(86_400_000 - 1)).toEqual({ days: 1, rest: '00:00:00' });
    expect(untilThen(-5)).toEqual({ days: 0, rest: '00:00:00' });
  });
});
