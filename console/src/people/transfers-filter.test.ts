import { expect, it } from 'vitest';
import { addressOf, askedWith, everyTransfer, filterIn, isNarrowed } from './transfers-filter';

it('keeps every choice in the address, and asks the server for no more than was chosen', () => {
  expect(filterIn({})).toEqual(everyTransfer);
  expect(filterIn({ state: 'lost' })).toEqual(everyTransfer);
  const filter = { text: '王', state: 'waits' as const };
  expect(filterIn(addressOf(filter) as Record<string, string>)).toEqual(filter);
  expect(filterIn({ state: 'expired' }).state).toBe('expired');
  expect(askedWith(filter)).toEqual({ q: '王', state: 'waits' });
  expect(askedWith(everyTransfer)).toEqual({});
  expect([isNarrowed(everyTransfer), isNarrowed({ ...everyTransfer, state: 'waits' })]).toEqual([
    false,
    true,
  ]);
});
