// Checks where a list's page is read from an address. It must not need a router.
import { expect, test } from 'vitest';
import { cursorIn } from './address-filter';

test('a page is a cursor in the address, the first page is none', () => {
  expect(cursorIn({ after: 'eyJhIjoxfQ' })).toBe('eyJhIjoxfQ');
  expect(cursorIn({})).toBeNull();
  expect(cursorIn({ after: '' })).toBeNull();
});
