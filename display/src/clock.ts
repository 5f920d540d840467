// The server's time, kept between its messages on the machine's monotonic counter.
// It must not know what the time is used for, and never takes the time from the local wall clock.

/** Quartz clocks drift; an old bound loosens by this much, so that a newer one can correct it. */
const DRIFT = 0.0002;
/** Wall and monotonic clocks that part by more than this between two looks mean that the machine slept. */
const SLEPT_MS = 400;

export interface ServerClock {
  /** A message carried the server's time; `askedAt` is when it was asked for, if it was an answer. */
  observe(serverNow: number, askedAt: number | null): void;
  /** The server's time, or null while it is unknown. */
  now(): number | null;
  /** True once after a sleep or a step of the wall clock: the monotonic counter may have stood still. */
  slept(): boolean;
  forget(): void;
}

export function createServerClock(mono: () => number, wall: () => number): ServerClock {
  // The offset (server minus monotonic) lies between these two. A message is never older than its
  // question and never younger than its stamp, so every message can only narrow the gap.
  let low = NaN;
  let high = NaN;
  let seenAt = 0;
  let parting = wall() - mono();

  return {
    observe(serverNow, askedAt) {
      const at = mono();
      const slack = (at - seenAt) * DRIFT;
      const newLow = serverNow - at;
      const newHigh = askedAt === null ? Infinity : serverNow - askedAt;
      low = Number.isNaN(low) ? newLow : Math.max(low - slack, newLow);
      high = Number.isNaN(high) ? newHigh : Math.min(high + slack, newHigh);
      // Bounds that contradict each other: the server's own clock was set. The newest message is right.
      if (low > high) {
        low = newLow;
        high = newHigh;
      }
      seenAt = at;
    },
    now() {
      if (Number.isNaN(low)) return null;
      return mono() + (high === Infinity ? low : (low + high) / 2);
    },
    slept() {
      const before = parting;
      parting = wall() - mono();
      return Math.abs(parting - before) > SLEPT_MS;
    },
    forget() {
      low = high = NaN;
    },
  };
}
