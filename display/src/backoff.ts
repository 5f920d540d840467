// How long to wait before trying again: full jitter, so that thousands of screens do not return in step.
// It must not know what is tried.

export const BASE_MS = 500;
export const CAP_MS = 8_000;

/**
 * A fresh draw from [0, bound). The bound doubles with each failure, is `atLeastMs` where that is longer, and has a cap.
 */
export function retryDelay(failures: number, atLeastMs: number, random: () => number): number {
  return random() * Math.min(CAP_MS, Math.max(atLeastMs, BASE_MS * 2 ** failures));
}
