// The filters of the list of projects: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { ProjectState } from '../api/types';

export const states = [
  'draft',
  'submitted',
  'returned',
  'approved',
  'rejected',
  'held',
  'closed',
] as const satisfies readonly ProjectState[];

export interface ProjectsFilter {
  text: string;
  state: ProjectState | null;
  /** Only those that wait for a verdict, the longest wait first. */
  waiting: boolean;
}

/** `waits` is what is shown where the address does not say: an authority begins with what waits for it. */
export function filterIn(query: LocationQuery, waits: boolean): ProjectsFilter {
  const which = choiceIn(query['which'], ['waiting', 'all']);
  return {
    text: textIn(query['q']),
    state: choiceIn(query['state'], states),
    waiting: which === null ? waits : which === 'waiting',
  };
}

export function addressOf(filter: ProjectsFilter, waits: boolean): LocationQueryRaw {
  const which = filter.waiting ? 'waiting' : 'all';
  return queryOf({
    q: filter.text,
    state: filter.state,
    which: filter.waiting === waits ? null : which,
  });
}

/** As the server is asked. */
export function askedWith({ text, state, waiting }: ProjectsFilter): {
  q?: string;
  state?: ProjectState;
  waiting?: boolean;
} {
  return {
    ...(text === '' ? {} : { q: text }),
    ...(state === null ? {} : { state }),
    ...(waiting ? { waiting } : {}),
  };
}

export function isNarrowed({ text, state }: ProjectsFilter): boolean {
  return text !== '' || state !== null;
}
