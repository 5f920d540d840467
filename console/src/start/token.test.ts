// Checks that a link's token leaves the address and survives a reload. It must not need a browser.
import { expect, test } from 'vitest';
import { forgetToken, takeToken, type Surroundings } from './token';

function tab(hash: string, kept = new Map<string, string>()) {
  const addresses: unknown[] = [];
  const surroundings: Surroundings = {
    location: { hash, pathname: '/console/start' },
    history: { state: { a: 1 }, replaceState: (_state, _title, address) => void addresses.push(address) },
    kept: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  };
  return { surroundings, addresses, kept };
}

test('the token leaves the address at once and is there after a reload', () => {
  const first = tab('#abc');
  expect(takeToken(first.surroundings)).toBe('abc');
  expect(first.addresses).toEqual(['/console/start']);
  const again = tab('', first.kept);
  expect(takeToken(again.surroundings)).toBe('abc');
  expect(again.addresses).toEqual([]);
  forgetToken(again.surroundings);
  expect(takeToken(tab('', first.kept).surroundings)).toBeNull();
});

test('a newer link counts, and a browser that keeps nothing still opens one', () => {
  const kept = new Map([['zaichang.console.admin-link', 'old']]);
  expect(takeToken(tab('#new', kept).surroundings)).toBe('new');
  const { surroundings } = tab('#abc');
  const shut = {
    ...surroundings,
    get kept(): Storage {
      throw new Error('SecurityError');
    },
  };
  expect(takeToken(shut)).toBe('abc');
});
