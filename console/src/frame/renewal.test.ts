import { beforeEach, expect, test } from 'vitest';
import { ownRefusal } from '../api/refusal';
import { CodeAway, late, loaded, notLoaded, renew, tryAgain, type Surroundings } from './renewal';

const ADDRESS = '/console/courses/1/records?day=2026-11-29';

function browser({ reached = true, keeps = true } = {}) {
  const opened: string[] = [];
  const kept = new Map<string, string>();
  const surroundings: Surroundings = {
    ask: async () => {
      if (!reached) throw ownRefusal('offline');
    },
    open: (address) => opened.push(address),
    get kept() {
      if (!keeps) throw new Error('SecurityError');
      return {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
        removeItem: (key: string) => void kept.delete(key),
      };
    },
  };
  return { surroundings, opened };
}

beforeEach(() => void (notLoaded.value = null));

test('a page whose code is gone is loaded anew once, and says so when that did not help', async () => {
  const { surroundings, opened } = browser();
  await renew(ADDRESS, surroundings);
  expect(opened).toEqual([ADDRESS]);
  expect(notLoaded.value).toBeNull();
  await renew(ADDRESS, surroundings);
  expect(opened).toEqual([ADDRESS]);
  expect(notLoaded.value).toMatchObject({ address: ADDRESS, refusal: { code: 'not_loaded' } });
});

test('once a page has come, the next release is met in the same way', async () => {
  const { surroundings, opened } = browser();
  await renew(ADDRESS, surroundings);
  loaded(surroundings);
  await renew(ADDRESS, surroundings);
  expect(opened).toEqual([ADDRESS, ADDRESS]);
});

test('while the server cannot be reached nothing is loaded anew', async () => {
  const { surroundings, opened } = browser({ reached: false });
  await renew(ADDRESS, surroundings);
  await tryAgain(ADDRESS, surroundings);
  expect(opened).toEqual([]);
  expect(notLoaded.value).toMatchObject({ address: ADDRESS, refusal: { code: 'offline' } });
});

test('a browser that keeps nothing does not go round in circles, but tries when asked to', async () => {
  const { surroundings, opened } = browser({ keeps: false });
  await renew(ADDRESS, surroundings);
  expect(opened).toEqual([]);
  expect(notLoaded.value).toMatchObject({ refusal: { code: 'not_loaded' } });
  await tryAgain(ADDRESS, surroundings);
  expect(opened).toEqual([ADDRESS]);
  loaded(surroundings);
  expect(notLoaded.value).toBeNull();
});

test('code that does not come is told apart from every other fault', async () => {
  await expect(late(() => Promise.reject(new TypeError('Failed to fetch')))()).rejects.toBeInstanceOf(
    CodeAway,
  );
  await expect(late(() => Promise.resolve(1))()).resolves.toBe(1);
});
