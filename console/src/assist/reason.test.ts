// Checks what counts as a reason. It must not need the form.
import { expect, test } from 'vitest';
import { other, reasonFault, usualReasons } from './reason';
import { placeFault } from '../screens/place';

test('nobody is checked in without a reason', () => {
  expect(reasonFault(null, '手机没电')).toBe('assist.reason_missing');
  expect(reasonFault(other, '   ')).toBe('assist.reason_missing');
  expect(reasonFault(other, '病')).toBe('assist.reason_missing');
});

test('a usual reason needs no text', () => {
  for (const reason of usualReasons) expect(reasonFault(reason, '')).toBeNull();
});

test('a free reason has an end, counted in characters as people see them', () => {
  expect(reasonFault(other, '䶮'.repeat(200))).toBeNull();
  expect(reasonFault(other, '䶮'.repeat(201))).toBe('assist.reason_long');
});

test('a screen’s place is 1 to 50 characters', () => {
  expect(placeFault(' ')).toBe('screens.place_missing');
  expect(placeFault('𠮷'.repeat(50))).toBeNull();
  expect(placeFault('会'.repeat(51))).toBe('screens.place_long');
});
