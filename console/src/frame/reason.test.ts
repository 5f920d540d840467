// Checks what counts as a reason. It must not need the form.
import { expect, test } from 'vitest';
import { other, reasonFault, reasonSaid } from './reason';
import { usualReasons } from '../assist/reason';
import { placeFault } from '../screens/place';

test('nothing is done without a reason', () => {
  expect(reasonFault(null, '手机没电')).toBe('reason.missing');
  expect(reasonFault(other, '   ')).toBe('reason.missing');
  expect(reasonFault(other, '病')).toBe('reason.missing');
});

test('a usual reason needs no text', () => {
  for (const reason of usualReasons) expect(reasonFault(reason, '')).toBeNull();
  expect(reasonSaid('assist.reason_no_phone', '不用的话')).toBe('未带手机或手机没电');
  expect(reasonSaid(other, ' 手机送修 ')).toBe('手机送修');
});

test('a free reason has an end, counted in characters as people see them', () => {
  expect(reasonFault(other, '䶮'.repeat(200))).toBeNull();
  expect(reasonFault(other, '䶮'.repeat(201))).toBe('reason.long');
});

test('a screen’s place is 1 to 50 characters', () => {
  expect(placeFault(' ')).toBe('screens.place_missing');
  expect(placeFault('𠮷'.repeat(50))).toBeNull();
  expect(placeFault('会'.repeat(51))).toBe('screens.place_long');
});
