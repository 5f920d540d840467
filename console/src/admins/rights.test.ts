// Checks how rights are told and sent. It must not need the page.
import { expect, test } from 'vitest';
import { rightsOf, rightsTold } from './rights';

test('rights are told by their names, and a full administrator has all', () => {
  expect(rightsTold(null)).toBe('全部权限');
  expect(rightsTold(['hosting', 'desk'])).toBe('项目举办、会务签到');
});

test('what was chosen is sent in order, and nothing of a full administrator', () => {
  expect(rightsOf(true, new Set(['desk']))).toBeNull();
  expect(rightsOf(false, new Set(['desk', 'hosting']))).toEqual(['hosting', 'desk']);
});
