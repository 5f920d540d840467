// Checks how rights are told and sent. It must not need the page.
import { expect, test } from 'vitest';
import { rightsFor, rightsOf, rightsTold } from './rights';

test('rights are told by their names, and a full administrator has all', () => {
  expect(rightsTold(null)).toBe('全部权限');
  expect(rightsTold(['hosting', 'desk'])).toBe('项目举办、会务签到');
});

test('what was chosen is sent in order, and nothing of a full administrator', () => {
  expect(rightsOf('unit_admin', true, new Set(['desk']))).toBeNull();
  expect(rightsOf('unit_admin', false, new Set(['desk', 'hosting']))).toEqual(['hosting', 'desk']);
});

test('an authority’s accounts are offered judging, and a unit’s are not', () => {
  const names = (role: 'unit_admin' | 'authority_admin') => rightsFor(role).map(([right]) => right);
  expect(names('authority_admin')).toContain('judging');
  expect(names('unit_admin')).not.toContain('judging');
  expect(rightsOf('authority_admin', false, new Set(['hosting', 'judging']))).toEqual(['judging']);
});
