// Checks that a list's address and its filter are one thing. It must not need a router.
import { expect, test } from 'vitest';
import { addressOf, askedWith, filterIn, isNarrowed } from './filter';

test('an authority begins with what waits for it, a unit with all it has', () => {
  expect(filterIn({}, true)).toEqual({ text: '', state: null, waiting: true });
  expect(filterIn({}, false).waiting).toBe(false);
  expect(filterIn({ which: 'all' }, true).waiting).toBe(false);
  expect(filterIn({ which: 'nonsense', state: 'lost' }, true)).toEqual(filterIn({}, true));
});

test('a filter is read from the address as it was written', () => {
  for (const waits of [true, false]) {
    for (const waiting of [true, false]) {
      const filter = { text: '护理', state: 'returned' as const, waiting };
      expect(filterIn(addressOf(filter, waits) as Record<string, string>, waits)).toEqual(filter);
    }
  }
});

test('the server is asked only for what is chosen', () => {
  expect(askedWith({ text: '', state: null, waiting: false })).toEqual({});
  expect(askedWith({ text: '护理', state: 'draft', waiting: true })).toEqual({
    q: '护理',
    state: 'draft',
    waiting: true,
  });
  expect(isNarrowed({ text: '', state: null, waiting: true })).toBe(false);
  expect(isNarrowed({ text: '护', state: null, waiting: true })).toBe(true);
});
