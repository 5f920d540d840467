// The filters of the list of proposed units: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { ReviewState } from '../api/types';

export const states = ['submitted', 'approved', 'rejected'] as const satisfies readonly ReviewState[];

/** In the address, where every state is shown. */
const ALL = 'all';

export interface ProposalsFilter {
  text: string;
  /** What waits is shown where the address does not say. */
  state: (typeof states)[number] | null;
}

export function filterIn(query: LocationQuery): ProposalsFilter {
  const state = choiceIn(query['state'], [...states, ALL]);
  return { text: textIn(query['q']), state: state === ALL ? null : (state ?? 'submitted') };
}

export function addressOf({ text, state }: ProposalsFilter): LocationQueryRaw {
  return queryOf({ q: text, state: state === 'submitted' ? null : (state ?? ALL) });
}

/** As the server is asked. */
export function askedWith({ text, state }: ProposalsFilter): { q?: string; state?: ReviewState } {
  return { ...(text === '' ? {} : { q: text }), ...(state === null ? {} : { state }) };
}

export function isNarrowed({ text, state }: ProposalsFilter): boolean {
  return text !== '' || state !== 'submitted';
}
