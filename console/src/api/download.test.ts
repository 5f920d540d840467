// Checks how a file's name is read. It must not need a server.
import { expect, test } from 'vitest';
import { nameIn } from './download';

test('a name in UTF-8 is preferred to the plain one', () => {
  const header = `attachment; filename="records.csv"; filename*=UTF-8''%E7%AD%BE%E5%88%B0%E6%98%8E%E7%BB%86.csv`;
  expect(nameIn(header)).toBe('签到明细.csv');
});

test('a plain name is read with and without quotes', () => {
  expect(nameIn('attachment; filename="a b.xlsx"')).toBe('a b.xlsx');
  expect(nameIn('attachment; filename=a.csv')).toBe('a.csv');
});

test('a badly coded or missing name is none', () => {
  expect(nameIn(`attachment; filename*=UTF-8''%E7%`)).toBeNull();
  expect(nameIn('attachment')).toBeNull();
  expect(nameIn(null)).toBeNull();
});
