// Checks filters <-> address and what the server is asked. It must not need a router.
import { expect, test } from 'vitest';
import type { LocationQuery } from 'vue-router';
import { addressOf, askedWith, everything, filterIn, isNarrowed, type RecordsFilter } from './filter';

const narrow: RecordsFilter = {
  day: '2026-11-21',
  text: '王晓明',
  source: 'assisted',
  screen: 7,
  suspicious: true,
  order: 'suspicion',
};

test('no filter leaves no trace in the address', () => {
  expect(addressOf(everything)).toEqual({});
  expect(filterIn({})).toEqual(everything);
  expect(isNarrowed(everything)).toBe(false);
});

test('every filter comes back from its address', () => {
  expect(filterIn(addressOf(narrow) as LocationQuery)).toEqual(narrow);
  expect(isNarrowed(narrow)).toBe(true);
});

test('rubbish in the address is as good as nothing', () => {
  expect(
    filterIn({ day: 'today', source: 'magic', screen: '-7', q: '   ', suspicious: 'false', order: 'fate' }),
  ).toEqual(everything);
});

test('the table and its export ask with the same words', () => {
  expect(askedWith(narrow)).toEqual({
    day: '2026-11-21',
    q: '王晓明',
    source: 'assisted',
    screen: 7,
    suspicious: true,
    order: 'suspicion',
  });
  expect(askedWith(everything)).toEqual({});
});

test('an order is kept in the address, and narrows nothing', () => {
  const ordered: RecordsFilter = { ...everything, order: 'suspicion' };
  expect(addressOf(ordered)).toEqual({ order: 'suspicion' });
  expect(isNarrowed(ordered)).toBe(false);
  expect(isNarrowed({ ...everything, suspicious: true })).toBe(true);
});

test('changing a filter starts again at the first page', () => {
  expect(addressOf({ ...filterIn({ day: '2026-11-21', after: 'x' }), source: 'scan' })).toEqual({
    day: '2026-11-21',
    source: 'scan',
  });
});
