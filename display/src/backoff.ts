// How long to wait before trying again: full jitter, so that a thousand screens do not return in step.
// It must not know what is tried.

export const BASE_MS = 500;
export const CAP_MS = 8_000;

/** A fresh draw from [0, min(cap, base × 2^failures)). */
export function retryDelay(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** failures);
}
