// Checks how coordinates are read, whichever map they come from.
import { expect, test } from 'vitest';
import { locationMeant, locationWritten } from './location';

const hall = { latitude: 28.19409, longitude: 112.97228 };

test('both orders and every mark between them are read as the same place', () => {
  for (const text of [
    '28.19409, 112.97228',
    '112.97228,28.19409',
    '112.97228，28.19409',
    ' 28.19409  112.97228 ',
    '28.19409°;112.97228°',
    locationWritten(hall),
  ])
    expect(locationMeant(text)).toEqual(hall);
});

test('outside China the latitude comes first', () => {
  expect(locationMeant('-33.86, 151.21')).toEqual({ latitude: -33.86, longitude: 151.21 });
});

test('anything else is no place', () => {
  for (const text of ['', '28.19', '28.19,112.97,3', 'a,b', '91,0', '0,181', '1e999,0', '长沙市'])
    expect(locationMeant(text)).toBeNull();
  expect(locationWritten(null)).toBe('');
});
