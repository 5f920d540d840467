// Full jitter: every wait is drawn anew between nothing and a bound that doubles up to its cap.
import { describe, expect, it } from 'vitest';
import { BASE_MS, CAP_MS, retryDelay } from '../src/backoff';

describe('the wait before another try', () => {
  it('lies between nothing and the doubled base, and never reaches the cap', () => {
    for (let failures = 0; failures < 80; failures++) {
      const bound = Math.min(CAP_MS, BASE_MS * 2 ** failures);
      expect(retryDelay(failures, 0, () => 0)).toBe(0);
      expect(retryDelay(failures, 0, () => 0.5)).toBe(bound / 2);
      expect(retryDelay(failures, 0, () => 1 - 2 ** -53)).toBeLessThan(CAP_MS);
    }
  });

  it('is spread over the time that the server asks for, and no longer than the cap', () => {
    const longest = [0, 1, 2, 3, 4, 60].map((failures) => retryDelay(failures, 3_000, () => 1));
    expect(longest).toEqual([3_000, 3_000, 3_000, 4_000, CAP_MS, CAP_MS]);
    expect(retryDelay(0, 1e9, () => 1)).toBe(CAP_MS);
    expect(retryDelay(0, 3_000, () => 0)).toBe(0);
  });

  it('is bounded however often it failed', () => {
    expect(retryDelay(5_000, 0, () => 0.999)).toBeLessThan(CAP_MS);
  });

  it('is drawn anew every time', () => {
    const draws = [0.1, 0.9, 0.4];
    const random = () => draws.shift()!;
    const drawn = [0, 0, 0].map((failures) => retryDelay(failures, 0, random));
    expect(drawn).toEqual([50, 450, 200]);
  });
});
