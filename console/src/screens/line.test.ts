// Checks what a row says of a screen's connection. It must not need a server.
import { expect, test } from 'vitest';
import { lineOf } from './line';

const since = '2026-11-29T01:00:00Z';
const at = (minutes: number) => Date.parse(since) + minutes * 60_000;
const gone = { online: false, offline_since: since };

test('a screen is online, was never opened, or is off for so many minutes and hours', () => {
  const online = { online: true, offline_since: null };
  expect(lineOf(online, at(3))).toEqual({ state: 'online', says: '在线' });
  expect(lineOf({ online: false, offline_since: null }, at(3)).state).toBe('unopened');
  const says = [0, 0.99, 1, 3.5, 59, 60, 150].map((minutes) => lineOf(gone, at(minutes)).says);
  expect(says).toEqual([
    '已断开',
    '已断开',
    '断开 1 分钟',
    '断开 3 分钟',
    '断开 59 分钟',
    '断开 1 小时',
    '断开 2 小时',
  ]);
});

test('without a clock, or with one that is behind, no minutes are invented', () => {
  expect(lineOf(gone, null).says).toBe('已断开');
  expect(lineOf(gone, at(-5)).says).toBe('已断开');
});
