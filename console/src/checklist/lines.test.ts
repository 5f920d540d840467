// Checks that the lines keep the server's order. It must not need the page.
import { expect, test } from 'vitest';
import { linesOf } from './lines';

test('a line of a newer server is left out, the others keep their order', () => {
  expect(linesOf(['of_a_newer_server', 'deployment_checks']).map(({ page }) => page)).toEqual(['checks']);
  expect(linesOf([])).toEqual([]);
});
