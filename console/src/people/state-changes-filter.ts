// The filters of the list of changes of state: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { ReviewState } from '../api/types';

export const reviews = [
  'submitted',
  'returned',
  'approved',
  'rejected',
] as const satisfies readonly ReviewState[];

/** In the address, where every one is shown. */
const ALL = 'all';

export interface ChangesFilter {
  text: string;
  /** What waits is shown where the address does not say. */
  review: (typeof reviews)[number] | null;
}

export const waiting: ChangesFilter = { text: '', review: 'submitted' };

export function filterIn(query: LocationQuery): ChangesFilter {
  const review = choiceIn(query['review'], [...reviews, ALL]);
  return { text: textIn(query['q']), review: review === ALL ? null : (review ?? 'submitted') };
}

export function addressOf({ text, review }: ChangesFilter): LocationQueryRaw {
  return queryOf({ q: text, review: review === 'submitted' ? null : (review ?? ALL) });
}

/** As the server is asked. */
export function askedWith({ text, review }: ChangesFilter): { q?: string; state?: ReviewState } {
  return { ...(text === '' ? {} : { q: text }), ...(review === null ? {} : { state: review }) };
}

export function isNarrowed({ text, review }: ChangesFilter): boolean {
  return text !== '' || review !== 'submitted';
}
