// Checks what is accepted as opening hours. It must not need the form.
import { expect, test } from 'vitest';
import { hoursFaults, timeMeant } from './hours';

test('a time is understood however it is typed', () => {
  for (const typed of ['07:00', '7:00', '0700', '700', '7', ' 07：00 ', '０７：００']) {
    expect(timeMeant(typed), typed).toBe('07:00');
  }
  expect(timeMeant('18')).toBe('18:00');
  expect(timeMeant('1830')).toBe('18:30');
});

test('24:00 is a time, a minute later is not', () => {
  expect(timeMeant('24:00')).toBe('24:00');
  expect(timeMeant('24')).toBe('24:00');
  for (const typed of ['24:01', '25:00', '23:60', '12:5', '', 'noon', '-1:00', '07:00:00', '07 00']) {
    expect(timeMeant(typed), typed).toBeNull();
  }
});

test('the whole day may be open', () => {
  expect(hoursFaults('00:00', '24:00')).toEqual({ opens: null, closes: null });
  expect(hoursFaults('23:59', '24:00')).toEqual({ opens: null, closes: null });
});

test('a course has to close after it opens', () => {
  expect(hoursFaults('18:00', '07:00')).toEqual({ opens: null, closes: 'hours.not_after' });
  expect(hoursFaults('08:00', '8')).toEqual({ opens: null, closes: 'hours.not_after' });
  expect(hoursFaults('00:00', '00:00')).toEqual({ opens: null, closes: 'hours.not_after' });
});

test('24:00 is no time to open', () => {
  expect(hoursFaults('24:00', '24:00')).toEqual({ opens: 'hours.opens_late', closes: null });
});

test('each field gets its own fault', () => {
  expect(hoursFaults('seven', '18:00')).toEqual({ opens: 'hours.not_a_time', closes: null });
  expect(hoursFaults('', '99:00')).toEqual({ opens: 'hours.not_a_time', closes: 'hours.not_a_time' });
});
