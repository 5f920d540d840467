// Checks where departments may go among those beside them. It must not need a server.
import { expect, test } from 'vitest';
import type { Department } from '../api/types';
import { rowsOf } from './department-tree';

const of = (id: number, above: number) => ({ id, above }) as Department;

test('each department knows how deep it lies and what it would come before', () => {
  const rows = rowsOf([of(2, 1), of(5, 2), of(6, 2), of(3, 1), of(4, 1)]);
  expect(rows.map(({ department, depth, place }) => [department.id, depth, place])).toEqual([
    [2, 1, 1],
    [5, 2, 1],
    [6, 2, 2],
    [3, 1, 2],
    [4, 1, 3],
  ]);
  expect(rows.map(({ up, down }) => [up, down])).toEqual([
    [undefined, 4],
    [undefined, null],
    [5, undefined],
    [2, null],
    [3, undefined],
  ]);
  expect(rowsOf([])).toEqual([]);
});
