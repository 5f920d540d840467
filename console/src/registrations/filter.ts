// The filters of the list of registrations: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { RegistrationState } from '../api/types';

export const states = [
  'submitted',
  'returned',
  'approved',
  'rejected',
] as const satisfies readonly RegistrationState[];

/** In the address, where every state is shown. */
const ALL = 'all';

export interface RegistrationsFilter {
  text: string;
  /** What waits is shown where the address does not say. */
  state: (typeof states)[number] | null;
}

export function filterIn(query: LocationQuery): RegistrationsFilter {
  const state = choiceIn(query['state'], [...states, ALL]);
  return { text: textIn(query['q']), state: state === ALL ? null : (state ?? 'submitted') };
}

export function addressOf({ text, state }: RegistrationsFilter): LocationQueryRaw {
  return queryOf({ q: text, state: state === 'submitted' ? null : (state ?? ALL) });
}

/** As the server is asked. */
export function askedWith({ text, state }: RegistrationsFilter): { q?: string; state?: RegistrationState } {
  return { ...(text === '' ? {} : { q: text }), ...(state === null ? {} : { state }) };
}

export function isNarrowed({ text, state }: RegistrationsFilter): boolean {
  return text !== '' || state !== 'submitted';
}
