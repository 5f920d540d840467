// Checks that a login leads back to the previous page and nowhere else. It must not need a browser.
import { expect, test } from 'vitest';
import { wayBack, wayTo } from './way-back';

test('the whole address survives a login, filters included', () => {
  const address = '/courses/7/records?day=2026-11-21&q=王';
  expect(wayBack(wayTo(address))).toBe(address);
});

test('today’s courses need no address to come back to', () => {
  expect(wayTo('/')).toEqual({});
  expect(wayBack({})).toBe('/');
});

test('an address outside the console is not followed', () => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', 'courses/7', '', null]) {
    expect(wayBack({ next }), String(next)).toBe('/');
  }
  expect(wayBack({ next: ['/a', '/b'] })).toBe('/');
});

test('a login never leads to the login', () => {
  expect(wayBack({ next: '/login?next=/courses/7' })).toBe('/');
});
