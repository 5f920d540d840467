import { expect, test } from 'vitest';
import { idIn, isMoving, percentOf, toDo } from './import';

test('only an id of an import is taken from the address', () => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
  expect(idIn(id)).toBe(id);
  for (const other of ['', 'x', `${id}/file`, `${id}\n`, null, undefined, [id]])
    expect(idIn(other)).toBeNull();
});

test('it is looked at again while a job has it', () => {
  expect(
    ['checking', 'checked', 'writing', 'written', 'refused', 'failed'].filter((s) => isMoving(s as never)),
  ).toEqual(['checking', 'writing']);
  expect(isMoving(undefined)).toBe(false);
});

test('what is done for rows is counted, and how far it is', () => {
  expect(toDo({ counts: { add: 2, change: 3, same: 9, wrong: 1 } })).toBe(5);
  expect(toDo({ counts: null })).toBe(0);
  expect(percentOf({ rows: 0, rows_done: 0 })).toBe(0);
  expect(percentOf({ rows: 3, rows_done: 2 })).toBe(66);
  expect(percentOf({ rows: 3, rows_done: 9 })).toBe(100);
});
