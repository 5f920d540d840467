// Pauses between tries.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_DELAY_MS, retry_delay } from '../src/backoff.ts';

const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('never comes back before the server asked, nor later than the longest pause', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: -5, max: 1e9 }), draw, (tries, asked_ms, random) => {
      const delay_ms = retry_delay(tries, asked_ms, () => random);
      expect(delay_ms).toBeGreaterThanOrEqual(Math.min(Math.max(0, asked_ms), 300_000));
      expect(delay_ms).toBeLessThanOrEqual(LONGEST_DELAY_MS);
    }),
  );
});

it('spreads phones over the whole of a window that doubles up to thirty seconds', () => {
  const ends = [0, 1, 2, 3, 4, 5, 60].map((tries) => retry_delay(tries, 0, () => 0.999_999));
  expect(ends).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(retry_delay(5, 0, () => 0.1)).toBe(3_000);
});
