// Checks how single values are read out of an address. It must not know any page's filters.
import { expect, test } from 'vitest';
import { choiceIn, dayIn, idIn, queryOf, textIn } from './address';

test('a text is trimmed and cut, never refused', () => {
  expect(textIn('  王晓明 ')).toBe('王晓明');
  expect(textIn('长'.repeat(80))).toHaveLength(50);
  expect(textIn(undefined)).toBe('');
  expect(textIn(null)).toBe('');
});

test('of a name given twice the first counts', () => {
  expect(textIn(['a', 'b'])).toBe('a');
  expect(dayIn(['2026-11-21', 'x'])).toBe('2026-11-21');
});

test('only a listed choice is one', () => {
  expect(choiceIn('scan', ['scan', 'card'])).toBe('scan');
  expect(choiceIn('SCAN', ['scan', 'card'])).toBeNull();
});

test('an id is a positive number that a screen can have', () => {
  expect(idIn('7')).toBe(7);
  expect(idIn('4294967295')).toBe(4_294_967_295);
  for (const text of ['4294967296', '0', '-1', '1.5', '07', '1e3', '', 'x'])
    expect(idIn(text), text).toBeNull();
});

test('what is empty does not appear in the address', () => {
  expect(queryOf({ day: null, q: '', screen: 7, source: 'scan' })).toEqual({ screen: '7', source: 'scan' });
});
