import { expect, it } from 'vitest';
import type { AttendanceRecord } from '../api/types';
import { leakingScreens } from './leaking';

const of = (screen: number | null, suspicious: boolean): AttendanceRecord =>
  ({
    screen,
    place: screen === null ? null : `${screen} 号厅`,
    suspicion: { suspicious, score: 30, reasons: [] },
  }) as unknown as AttendanceRecord;

it('names each open screen of the suspicious records once, with how many came by it, the most first', () => {
  const records = [of(7, true), of(8, true), of(8, true), of(7, false), of(9, true), of(null, true)];
  expect(leakingScreens(records, new Set([7, 8]))).toEqual([
    { screen: 8, place: '8 号厅', count: 2 },
    { screen: 7, place: '7 号厅', count: 1 },
  ]);
  expect(leakingScreens(records, new Set())).toEqual([]);
});
