import { expect, it } from 'vitest';
import { addressOf, askedWith, filterIn, isNarrowed, waiting } from './state-changes-filter';

it('opens on what waits, and keeps every other choice in the address', () => {
  expect(filterIn({})).toEqual(waiting);
  expect(filterIn({ review: 'asleep' })).toEqual(waiting);
  expect([addressOf(waiting), askedWith(waiting)]).toEqual([{}, { state: 'submitted' }]);
  const all = { text: '王', review: null };
  expect(filterIn(addressOf(all) as Record<string, string>)).toEqual(all);
  expect(askedWith(all)).toEqual({ q: '王' });
  expect([isNarrowed(waiting), isNarrowed(all)]).toEqual([false, true]);
});
