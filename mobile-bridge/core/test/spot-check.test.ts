// The notice of a spot check: only a visible page asks, and time is the server's.

import { beforeEach, expect, it } from 'vitest';
import type { HttpReply } from '../src/platform.ts';
import { watch_spot_check, type SpotCheckWatch } from '../src/spot-check.ts';
import { FakePhone } from './fake-phone.ts';

/** The phone's clock is half an hour slow. */
const SERVER_AHEAD_MS = 1_800_000;

let phone: FakePhone;
let reply: () => HttpReply;
let watch: SpotCheckWatch;

const server_iso = (ms: number): string => new Date(phone.now + SERVER_AHEAD_MS + ms).toISOString();
const asked = (from_ms: number, to_ms: number, answered = false): HttpReply => ({
  status: 200,
  json: {
    spot_check: {
      opens_at: server_iso(from_ms),
      closes_at: server_iso(to_ms),
      server_now: server_iso(0),
      answered,
    },
    position: false,
  },
});
const nothing = (): HttpReply => ({ status: 200, json: { spot_check: null, position: false } });

beforeEach(() => {
  reply = nothing;
  phone = new FakePhone(() => () => reply());
  watch = watch_spot_check(phone.page().platform, 'a-receipt', () => {});
});

it('asks soon after the receipt is seen, then every 15 to 25 seconds', async () => {
  watch.look();
  await phone.pass(2_000);
  expect(phone.requests).toEqual([
    { method: 'POST', path: '/api/v1/receipts/asked', body: { receipt: 'a-receipt' } },
  ]);
  await phone.pass(60_000);
  expect(phone.requests).toHaveLength(4);
  expect(watch.notice()).toBeNull();
});

it('says when the phone is to tell where it is, where it can', async () => {
  let asked_for = 0;
  watch = watch_spot_check(
    phone.page().platform,
    'a-receipt',
    () => {},
    () => (asked_for += 1),
  );
  reply = () => ({ status: 200, json: { spot_check: null, position: true } });
  watch.look();
  await phone.pass(2_000);
  expect(asked_for).toBe(1);
  reply = nothing;
  await phone.pass(60_000);
  expect(asked_for).toBe(1);
});

it('counts down by the server’s clock, and is silent when the time is over', async () => {
  reply = () => asked(0, 90_000);
  watch.look();
  await phone.pass(1_000);
  expect(watch.notice()).toEqual({ is: 'asked', left_ms: 90_000 });
  reply = () => ({ status: 503, json: { code: 'busy' } });
  await phone.pass(30_000);
  expect(watch.notice()).toEqual({ is: 'asked', left_ms: 60_000 });
  await phone.pass(60_000);
  expect(watch.notice()).toBeNull();
});

it('tells each second that passes, and only while there is something to tell', async () => {
  let asked_for = 0;
  watch = watch_spot_check(phone.page().platform, 'a-receipt', () => (asked_for += 1));
  reply = () => asked(0, 10_000);
  watch.look();
  await phone.pass(10_500);
  expect(asked_for).toBeGreaterThanOrEqual(10);
  watch.rest();
  const then = asked_for;
  await phone.pass(60_000);
  expect(asked_for).toBe(then);
});

it('says that a scan was made, until the spot check ends', async () => {
  reply = () => asked(-10_000, 30_000, true);
  watch.look();
  await phone.pass(1_000);
  expect(watch.notice()).toEqual({ is: 'answered' });
});

it('does not announce one that has not begun', async () => {
  reply = () => asked(5_000, 60_000);
  watch.look();
  await phone.pass(1_000);
  expect(watch.notice()).toBeNull();
  await phone.pass(5_000);
  expect(watch.notice()).toMatchObject({ is: 'asked' });
});

it('asks nothing while the page is hidden, and again at once when it is shown', async () => {
  watch.look();
  await phone.pass(2_000);
  watch.rest();
  await phone.pass(600_000);
  expect(phone.requests).toHaveLength(1);
  watch.look();
  await phone.pass(2_000);
  expect(phone.requests).toHaveLength(2);
});

it('keeps to one question at a time, however often the page is hidden and shown', async () => {
  phone.latency_ms = 3_000;
  for (let time = 0; time < 5; time += 1) {
    watch.look();
    await phone.pass(1_500);
    watch.rest();
  }
  watch.look();
  await phone.pass(5_000);
  const until_now = phone.requests.length;
  await phone.pass(60_000);
  expect(phone.requests.length - until_now).toBeLessThanOrEqual(3);
});

it.each(['down', 'portal'] as const)('goes on asking when the line is %s', async (line) => {
  phone.line = line;
  watch.look();
  await phone.pass(120_000);
  expect(watch.notice()).toBeNull();
  phone.line = 'up';
  reply = () => asked(0, 90_000);
  await phone.pass(60_000);
  expect(watch.notice()).toMatchObject({ is: 'asked' });
});

it('stops asking when the server does not know the receipt', async () => {
  reply = () => ({ status: 404, json: { code: 'receipt_invalid' } });
  watch.look();
  await phone.pass(600_000);
  expect(phone.requests).toHaveLength(1);
});
