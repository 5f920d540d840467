// Checks that a page tells what others have done with its link and not what it did itself. It must not need the page.
import { expect, test } from 'vitest';
import { byOthers } from './uses';

const first = '2026-11-29T01:02:00Z';
const last = '2026-11-29T01:05:00Z';
const used = (openings: number, authenticators: number) => ({
  openings,
  first_opened_at: openings === 0 ? null : first,
  last_opened_at: openings === 0 ? null : last,
  authenticators,
});

test('what this page has done by itself does not count as done by others', () => {
  expect(byOthers(used(0, 0), { openings: 0, authenticators: 0 })).toBeNull();
  expect(byOthers(used(2, 1), { openings: 2, authenticators: 1 })).toBeNull();
  // A node of the release before has counted nothing.
  expect(byOthers(used(0, 0), { openings: 1, authenticators: 0 })).toBeNull();
});

test('an opening or a set-up more than this page’s own is told, with when', () => {
  expect(byOthers(used(3, 0), { openings: 1, authenticators: 0 })).toEqual({
    openings: 2,
    first,
    last,
    authenticators: 0,
  });
  expect(byOthers(used(1, 2), { openings: 1, authenticators: 1 })?.authenticators).toBe(1);
});
