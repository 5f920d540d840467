// Heads counted in the hall: what is typed, and how it compares in words with the check-ins of that moment.
// It must not judge: a difference is a figure, not a fault.
import type { HeadCount } from '../api/types';
import { say } from '../words/say';

const most = 100_000;

/** The number that is meant, or null. */
export function headsMeant(typed: string): number | null {
  const plain = typed.normalize('NFKC').trim();
  if (!/^\d{1,6}$/.test(plain)) return null;
  const heads = Number(plain);
  return heads <= most ? heads : null;
}

export function compared({ heads, attendees }: Pick<HeadCount, 'heads' | 'attendees'>): string {
  const n = attendees - heads;
  if (n === 0) return say('heads.same', { heads, attendees });
  return say(n > 0 ? 'heads.more' : 'heads.fewer', { heads, attendees, n: Math.abs(n) });
}
