import { expect, it } from 'vitest';
import { addressOf, askedWith, filterIn, isNarrowed } from './filter';

it('begins with what waits, and keeps every other choice in the address', () => {
  expect(filterIn({})).toEqual({ text: '', state: 'submitted' });
  expect(filterIn({ state: 'all' })).toEqual({ text: '', state: null });
  expect(filterIn({ state: 'draft', q: '护理' })).toEqual({ text: '护理', state: 'submitted' });
  for (const state of ['submitted', 'returned', 'approved', 'rejected', null] as const) {
    const filter = { text: '护理', state };
    expect(filterIn(addressOf(filter) as Record<string, string>)).toEqual(filter);
  }
});

it('asks the server for one state or for all of them', () => {
  expect(askedWith({ text: '', state: null })).toEqual({});
  expect(askedWith({ text: '护理', state: 'returned' })).toEqual({ q: '护理', state: 'returned' });
  expect(isNarrowed({ text: '', state: 'submitted' })).toBe(false);
  expect(isNarrowed({ text: '', state: null })).toBe(true);
});
