// Checks the way of an export: what is waited for, and when it is given up. It must not need a server.
import { expect, test } from 'vitest';
import { Refusal } from '../api/refusal';
import type { Export } from '../api/types';
import { carryOut, type Progress, type Way } from './export';

const one = (state: Export['state']): Export => ({
  id: 'a',
  format: 'xlsx',
  state,
  rows: null,
  bytes: null,
  sha256: null,
  created_at: '2025-11-29T01:00:00Z',
  expires_at: '2025-11-30T01:00:00Z',
});

function way(
  states: Export['state'][],
  keep: () => Promise<string>,
): { way: Way; steps: Progress[]; pauses: number[] } {
  const pauses: number[] = [];
  const next = () => Promise.resolve(one(states.shift() ?? 'ready'));
  const pause = (ms: number) => {
    pauses.push(ms);
    return Promise.resolve();
  };
  return { way: { ask: next, look: next, keep, pause }, steps: [], pauses };
}

test('it is waited for until the file is ready, and then kept', async () => {
  const {
    way: road,
    steps,
    pauses,
  } = way(['queued', 'running', 'running', 'ready'], () => Promise.resolve('签到汇总.xlsx'));
  expect(await carryOut(road, (progress) => steps.push(progress))).toBe('签到汇总.xlsx');
  expect(steps).toEqual(['queued', 'running', 'running', 'loading']);
  expect(pauses).toEqual([250, 500, 750]);
});

test('a file on another server is asked for again, but not for ever', async () => {
  let asked = 0;
  const elsewhere = new Refusal('export_elsewhere', '文件在另一台服务器上', '', 409, null, null, 200);
  const found = way([], () => (++asked < 3 ? Promise.reject(elsewhere) : Promise.resolve('a.csv')));
  expect(await carryOut(found.way, () => {})).toBe('a.csv');
  expect(found.pauses).toEqual([200, 200]);
  const never = way([], () => Promise.reject(elsewhere));
  await expect(carryOut(never.way, () => {})).rejects.toBe(elsewhere);
});

test('an export that failed is shown in the words of the server', async () => {
  const failed = new Refusal('export_failed', '导出未能完成', '', 409);
  const { way: road } = way(['queued', 'failed'], () => Promise.reject(failed));
  await expect(carryOut(road, () => {})).rejects.toBe(failed);
});
