// Checks that the server's clock is followed and the browser's own is not. It must not wait for real time.
import { expect, test } from 'vitest';
import { ServerClock } from './server-clock';

function clock(wall: string) {
  let steady = 5000;
  return {
    clock: new ServerClock(
      () => steady,
      () => Date.parse(wall),
    ),
    pass: (ms: number) => (steady += ms),
  };
}

test('a browser whose clock is years off still shows the server’s time', () => {
  const { clock: server, pass } = clock('2019-01-01T00:00:00Z');
  server.hear('2026-11-21T01:00:00.000Z');
  pass(1500);
  expect(server.now()).toBe('2026-11-21T01:00:01.500Z');
});

test('a Date header that agrees to the second does not make the clock jump back', () => {
  const { clock: server, pass } = clock('2019-01-01T00:00:00Z');
  server.hear('2026-11-21T01:00:00.700Z');
  pass(200);
  server.hear('Sat, 21 Nov 2026 01:00:00 GMT');
  expect(server.now()).toBe('2026-11-21T01:00:00.900Z');
});

test('a clock that was set is followed', () => {
  const { clock: server } = clock('2019-01-01T00:00:00Z');
  server.hear('2026-11-21T01:00:00Z');
  server.hear('2026-11-21T00:59:00Z');
  expect(server.now()).toBe('2026-11-21T00:59:00.000Z');
});

test('what is left until an instant ends at nothing', () => {
  const { clock: server, pass } = clock('2019-01-01T00:00:00Z');
  server.hear('2026-11-21T01:00:00Z');
  expect(server.leftMs('2026-11-21T01:01:00Z')).toBe(60_000);
  pass(61_000);
  expect(server.leftMs('2026-11-21T01:01:00Z')).toBe(0);
});

test('an unreadable word about the time is ignored', () => {
  const { clock: server } = clock('2026-11-21T01:00:00Z');
  server.hear(null);
  server.hear('soon');
  expect(server.now()).toBe('2026-11-21T01:00:00.000Z');
});
