// The filters of the list of a unit's people: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, idIn, queryOf, textIn } from '../frame/address';
import type { PersonState } from '../api/types';

export const states = [
  'normal',
  'maternity',
  'exempt',
  'not_in_post',
  'cancelled',
] as const satisfies readonly PersonState[];

export interface PeopleFilter {
  text: string;
  /** A department with those in it; null for all. */
  department: number | null;
  state: PersonState | null;
}

export const everybody: PeopleFilter = { text: '', department: null, state: null };

export function filterIn(query: LocationQuery): PeopleFilter {
  return {
    text: textIn(query['q']),
    department: idIn(query['department']),
    state: choiceIn(query['state'], states),
  };
}

export function addressOf({ text, department, state }: PeopleFilter): LocationQueryRaw {
  return queryOf({ q: text, department: department === null ? null : String(department), state });
}

/** As the server is asked. */
export function askedWith({ text, department, state }: PeopleFilter): {
  q?: string;
  department?: number;
  state?: PersonState;
} {
  return {
    ...(text === '' ? {} : { q: text }),
    ...(department === null ? {} : { department }),
    ...(state === null ? {} : { state }),
  };
}

export function isNarrowed({ text, department, state }: PeopleFilter): boolean {
  return text !== '' || department !== null || state !== null;
}
