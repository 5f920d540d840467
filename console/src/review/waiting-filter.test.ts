// Checks that a list opens on what waits, and that an address says everything else. It must not need a server.
import { expect, test } from 'vitest';
import type { LocationQuery } from 'vue-router';
import { addressOf, askedWith, filterOf, isNarrowed, waiting } from './waiting-filter';

const filterIn = filterOf(['submitted', 'approved', 'rejected']);

test('the list opens on what waits, and every filter is in its address', () => {
  expect(filterIn({})).toEqual(waiting);
  expect(askedWith(filterIn({}))).toEqual({ state: 'submitted' });
  expect(askedWith(filterIn({ state: 'all', q: ' 口腔 ' }))).toEqual({ q: '口腔' });
  expect(filterIn({ state: 'returned' }).state).toBe('submitted');
  expect(filterOf(['submitted', 'returned'])({ state: 'returned' }).state).toBe('returned');
  const queries: LocationQuery[] = [{}, { state: 'all' }, { state: 'rejected', q: '口腔' }];
  for (const query of queries) {
    expect(addressOf(filterIn(query))).toEqual(query);
  }
  expect(isNarrowed(filterIn({}))).toBe(false);
  expect(isNarrowed(filterIn({ state: 'all' }))).toBe(true);
});
