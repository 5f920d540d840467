// The declared period as a row: whole when it fits, folded around today when it does not.
import { describe, expect, it } from 'vitest';
import { type Cell, daysOf, foldedRow } from '../src/period';

const run = (from: number, to: number): number[] => daysOf([{ from, to }]);
const real = (row: Cell[]): Cell[] => row.filter((cell) => cell !== 'fold');

describe('the days of a period', () => {
  it('are put in order and counted once when ranges overlap', () => {
    const days = daysOf([
      { from: 10, to: 12 },
      { from: 1, to: 2 },
      { from: 12, to: 13 },
    ]);
    expect(days).toEqual([1, 2, 10, 11, 12, 13]);
  });

  it('stay few enough to draw even when the range is absurd', () => {
    expect(daysOf([{ from: 0, to: 9_000_000 }]).length).toBeLessThan(4_000);
  });
});

describe('the row of days', () => {
  it('shows every day of a short period', () => {
    expect(foldedRow(run(1, 7), 3, 7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('folds a long period around today and keeps both ends', () => {
    expect(foldedRow(run(1, 30), 15, 7)).toEqual([1, 'fold', 13, 14, 15, 16, 17, 'fold', 30]);
  });

  it('folds on one side only when today is near an end', () => {
    expect(foldedRow(run(1, 30), 2, 5)).toEqual([1, 2, 3, 4, 'fold', 30]);
    expect(foldedRow(run(1, 30), 30, 5)).toEqual([1, 'fold', 27, 28, 29, 30]);
  });

  it('shows the nearest days when today is outside the period', () => {
    expect(foldedRow(run(10, 40), 3, 5)).toEqual([10, 11, 12, 13, 'fold', 40]);
    expect(foldedRow(run(10, 40), 99, 5)).toEqual([10, 'fold', 37, 38, 39, 40]);
  });

  it('never has more days than room, always holds today and both ends, and stays in order', () => {
    for (let length = 1; length <= 45; length++) {
      for (let today = 1; today <= length; today++) {
        for (const room of [3, 5, 7]) {
          const days = real(foldedRow(run(1, length), today, room)) as number[];
          expect(days.length).toBeLessThanOrEqual(room);
          expect(days).toContain(today);
          expect(days[0]).toBe(1);
          expect(days[days.length - 1]).toBe(length);
          expect(days).toEqual([...days].sort((a, b) => a - b));
        }
      }
    }
  });

  it('does not call a pause between two ranges a fold', () => {
    const days = daysOf([
      { from: 1, to: 2 },
      { from: 9, to: 10 },
    ]);
    expect(foldedRow(days, 9, 7)).toEqual([1, 2, 9, 10]);
  });
});
