import { expect, it } from 'vitest';
import { addressOf, askedWith, everybody, filterIn, isNarrowed } from './filter';

it('keeps every choice in the address, and asks the server for no more than was chosen', () => {
  expect(filterIn({})).toEqual(everybody);
  expect(filterIn({ state: 'asleep', department: '-1' })).toEqual(everybody);
  const filter = { text: '王', department: 7, state: 'maternity' as const };
  expect(filterIn(addressOf(filter) as Record<string, string>)).toEqual(filter);
  expect(askedWith(filter)).toEqual({ q: '王', department: 7, state: 'maternity' });
  expect(askedWith(everybody)).toEqual({});
  expect([isNarrowed(everybody), isNarrowed({ ...everybody, department: 7 })]).toEqual([false, true]);
});
