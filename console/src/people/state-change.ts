// What its unit does about a change of somebody's state, each act sent by the version of the person that was seen, and what is true no longer
// afterwards. It must not know how they are asked for.
import type { QueryKey } from '@tanstack/vue-query';
import { api, versioned } from '../api/client';
import type { NewPersonStateChange } from '../api/types';

export const changed: readonly QueryKey[] = [['person-state-changes'], ['people'], ['checklist']];

/** A person as they were seen. */
export interface Seen {
  id: number;
  version: string;
}

const by = ({ id, version }: Seen) => ({ path: { id }, header: { 'If-Match': version } });

export const submit = (seen: Seen, body: NewPersonStateChange) =>
  versioned(api.POST('/api/v1/people/{id}/state-change', { params: by(seen), body }));

export const withdraw = (seen: Seen) =>
  versioned(api.DELETE('/api/v1/people/{id}/state-change', { params: by(seen) }));
