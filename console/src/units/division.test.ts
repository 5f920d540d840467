// Checks how codes of divisions lie in one another. It must not need a server.
import { expect, test } from 'vitest';
import { levelOf, levelsBelow, partAt } from './division';

test('a code says its level, and what is none says nothing', () => {
  expect(['430000', '430100', '430104', '', '43010', '4301040', 'abcdef'].map(levelOf)).toEqual([
    'province',
    'city',
    'county',
    null,
    null,
    null,
    null,
  ]);
});

test('the divisions on the way to one are beginnings of its code', () => {
  expect(partAt('430104', 'province')).toBe('430000');
  expect(partAt('430104', 'city')).toBe('430100');
  expect(partAt('430104', 'county')).toBe('430104');
  expect(partAt('430000', 'city')).toBe('');
  expect(partAt('', 'province')).toBe('');
});

test('below a division its smaller ones are chosen', () => {
  expect(levelsBelow('')).toEqual(['province', 'city', 'county']);
  expect(levelsBelow('430000')).toEqual(['city', 'county']);
  expect(levelsBelow('430104')).toEqual([]);
});
