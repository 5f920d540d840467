// What may stand as a screen's place. It must not know where it is typed.
import type { Word } from '../words/say';

const longest = 50;

/** What is wrong with the place, or null. Characters are counted as people see them, not as UTF-16. */
export function placeFault(place: string): Word | null {
  const length = [...place.trim()].length;
  if (length === 0) return 'screens.place_missing';
  return length > longest ? 'screens.place_long' : null;
}
