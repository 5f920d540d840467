// Checks what range is proposed and sent. It must not need the dialog.
import { expect, test } from 'vitest';
import { countdown, rangeFault, rangeOf, restOfToday } from './range';

const at = (time: string) => Date.parse(`2026-11-21T${time}+08:00`);
const course = { opens: '07:00', closes: '18:00' };

test('the rest of the opening hours is proposed, from the next minute on', () => {
  expect(restOfToday(course, at('09:59:30'))).toEqual({ from: '10:00', until: '18:00' });
  expect(restOfToday({ opens: '00:00', closes: '24:00' }, at('23:40:00'))).toEqual({
    from: '23:41',
    until: '24:00',
  });
});

test('before the opening and after the end all of it is proposed', () => {
  for (const time of ['06:00:00', '17:59:30', '18:00:00', '23:59:30'])
    expect(restOfToday(course, at(time))).toEqual({ from: '07:00', until: '18:00' });
});

test('the range is sent as instants of today in Shanghai, and stays within today', () => {
  expect(rangeOf({ from: '7：30', until: '24:00' }, at('06:00:00'))).toEqual({
    from: '2026-11-21T07:30:00+08:00',
    until: '2026-11-21T23:59:59+08:00',
  });
});

test('a range has to have room for the spot check in what is left of it', () => {
  const now = at('10:30:00');
  expect(rangeFault({ from: '09:00', until: '10:33' }, 3, now)).toBeNull();
  expect(rangeFault({ from: '09:00', until: '10:33' }, 5, now)).toBe('spot.range_short');
  expect(rangeFault({ from: '11:00', until: '11:02' }, 3, now)).toBe('spot.range_short');
  expect(rangeFault({ from: '07:00', until: '09:00' }, 1, now)).toBe('spot.range_short');
  expect(rangeFault({ from: '12:00', until: '11:00' }, 1, now)).toBe('hours.not_after');
  expect(rangeFault({ from: '25', until: '11:00' }, 1, now)).toBe('hours.not_a_time');
  expect(rangeFault({ from: '23:00', until: '24:00' }, 10, now)).toBeNull();
});

test('today is Shanghai’s, whatever the day elsewhere', () => {
  const { from } = rangeOf({ from: '08:00', until: '09:00' }, Date.parse('2026-11-21T23:30:00Z'));
  expect(from).toBe('2026-11-22T08:00:00+08:00');
});

test('a countdown is minutes and seconds', () => {
  expect(countdown(167)).toBe('02:47');
  expect(countdown(1800)).toBe('30:00');
  expect(countdown(0)).toBe('00:00');
});
