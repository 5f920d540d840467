// Full jitter: every wait is drawn anew between nothing and a bound that doubles up to its cap.
import { describe, expect, it } from 'vitest';
import { BASE_MS, CAP_MS, retryDelay } from '../src/backoff';

describe('the wait before another try', () => {
  it('lies between nothing and the doubled base, and never reaches the cap', () => {
    for (let failures = 0; failures < 80; failures++) {
      const bound = Math.min(CAP_MS, BASE_MS * 2 ** failures);
      expect(retryDelay(failures, () => 0)).toBe(0);
      expect(retryDelay(failures, () => 0.5)).toBe(bound / 2);
      expect(retryDelay(failures, () => 1 - 2 ** -53)).toBeLessThan(CAP_MS);
    }
  });

  it('is bounded however often it failed', () => {
    expect(retryDelay(5_000, () => 0.999)).toBeLessThan(CAP_MS);
  });

  it('is drawn anew every time', () => {
    const draws = [0.1, 0.9, 0.4];
    const random = () => draws.shift()!;
    expect([retryDelay(0, random), retryDelay(0, random), retryDelay(0, random)]).toEqual([50, 450, 200]);
  });
});
