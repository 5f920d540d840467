// Checks how the filters of the units stand in an address. It must not need a server.
import { expect, test } from 'vitest';
import { addressOf, askedWith, filterIn, isNarrowed, noFilter } from './filter';

test('a filter comes back from its address, and nothing stands there for none', () => {
  const filter = {
    text: '一医院',
    division: '430104',
    category: 'tcm',
    grade: 'city',
    hospitalClass: 'third',
    state: 'closed',
  } as const;
  expect(filterIn(addressOf(filter) as Record<string, string>)).toEqual(filter);
  expect(addressOf(noFilter)).toEqual({});
  expect(filterIn({})).toEqual(noFilter);
});

test('what is none is not taken from an address', () => {
  const odd = { division: '43', category: 'x', grade: 'best', class: '9', state: 'half', q: ' 院 ' };
  expect(filterIn(odd)).toEqual({ ...noFilter, text: '院' });
});

test('only what is chosen is asked', () => {
  expect(askedWith(noFilter)).toEqual({});
  expect(isNarrowed(noFilter)).toBe(false);
  expect(askedWith({ ...noFilter, hospitalClass: 'third', state: 'all' })).toEqual({
    hospital_class: 'third',
    state: 'all',
  });
});
