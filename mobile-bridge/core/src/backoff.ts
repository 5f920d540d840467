// When to try again: full jitter over a doubling window, after whatever pause the server asked for.
// A hall of 3,000 phones loses its connection in the same second; they must not return in the same second.

/** Keeps an unlucky run of draws from retrying in a tight loop. */
const SHORTEST_MS = 200;
const FIRST_WINDOW_MS = 1_000;
const LONGEST_WINDOW_MS = 30_000;
/** The server may ask for no longer pause than this: a longer one is taken for a mistake and cut to it. */
const LONGEST_ASKED_MS = 300_000;

/** The longest delay that `retry_delay` can return. */
export const LONGEST_DELAY_MS = LONGEST_ASKED_MS + LONGEST_WINDOW_MS;

export function retry_delay(tries: number, asked_ms: number, random: () => number): number {
  const window = Math.min(LONGEST_WINDOW_MS, FIRST_WINDOW_MS * 2 ** Math.min(tries, 10));
  const asked = Math.min(Math.max(0, asked_ms), LONGEST_ASKED_MS);
  return Math.round(asked + Math.max(SHORTEST_MS, random() * window));
}

/** Phones that wake together (the hall's Wi-Fi is back) spread over this long. */
const WAKE_WINDOW_MS = 2_000;

export const wake_delay = (random: () => number): number => Math.round(random() * WAKE_WINDOW_MS);
