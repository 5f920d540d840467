// The filter of a list that opens on what waits for a verdict: kept in the address, sent to the server. It must not know what is
// reviewed, nor how the filter is drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { ReviewState } from '../api/types';

/** In the address, where every state is shown. */
const ALL = 'all';

export interface WaitingFilter {
  text: string;
  /** What waits is shown where the address does not say; null shows every state. */
  state: ReviewState | null;
}

export const waiting: WaitingFilter = { text: '', state: 'submitted' };

/** The filter that an address holds, of these states. */
export const filterOf =
  (states: readonly ReviewState[]) =>
  (query: LocationQuery): WaitingFilter => {
    const state = choiceIn(query['state'], [...states, ALL]);
    return { text: textIn(query['q']), state: state === ALL ? null : (state ?? 'submitted') };
  };

export function addressOf({ text, state }: WaitingFilter): LocationQueryRaw {
  return queryOf({ q: text, state: state === 'submitted' ? null : (state ?? ALL) });
}

/** As the server is asked. */
export function askedWith({ text, state }: WaitingFilter): { q?: string; state?: ReviewState } {
  return { ...(text === '' ? {} : { q: text }), ...(state === null ? {} : { state }) };
}

export function isNarrowed({ text, state }: WaitingFilter): boolean {
  return text !== '' || state !== 'submitted';
}
