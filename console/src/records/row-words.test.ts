// Checks what the cells say. It must not need the table.
import { expect, test } from 'vitest';
import { clientOf, codeAge, delayS, noteOf } from './row-words';
import type { AttendanceRecord } from '../api/types';

const record = {
  at: '2026-11-21T01:02:13.100Z',
  recorded_at: '2026-11-21T01:02:13.180Z',
  code_age_ms: 2449,
  assisted_by: null,
  reason: null,
} as AttendanceRecord;

test('a code’s age is told in seconds with one decimal', () => {
  expect(codeAge(record)).toBe('2.4');
  expect(codeAge({ ...record, code_age_ms: null })).toBe('');
});

test('the usual milliseconds between scan and row are no news, a held pass is', () => {
  expect(delayS(record)).toBeNull();
  expect(noteOf(record)).toEqual([]);
  const held = { ...record, recorded_at: '2026-11-21T01:03:13.100Z' };
  expect(delayS(held)).toBe(60);
  expect(noteOf(held)).toEqual(['延后 60 秒记录']);
});

test('a client this console has not heard of is named as the server names it', () => {
  expect(clientOf({ ...record, client_kind: 'wechat' })).toBe('微信小程序');
  expect(clientOf({ ...record, client_kind: 'kiosk' })).toBe('kiosk');
});

test('who assisted and why stands in the note', () => {
  expect(noteOf({ ...record, assisted_by: '李管理', reason: '手机没电' })).toEqual(['李管理补录：手机没电']);
});
