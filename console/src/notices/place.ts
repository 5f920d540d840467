// Where the thing lies that a notice is about. It must not know whether the account may see it: the page says so.
import type { RouteLocationRaw } from 'vue-router';
import type { InboxNotice } from '../api/types';

/** Null of what has no page. */
export function placeOf({ noun, noun_id }: Pick<InboxNotice, 'noun' | 'noun_id'>): RouteLocationRaw | null {
  const id = String(noun_id);
  switch (noun) {
    case 'person':
      return { name: 'person', params: { person: id } };
    case 'registration':
      return { name: 'registration', params: { registration: id } };
    case 'number_claim':
      return { name: 'number_claim', params: { claim: id } };
    case 'project':
      return { name: 'project', params: { project: id } };
    case 'person_transfer':
      return { name: 'transfers' };
    case 'account':
      return { name: 'account' };
    default:
      return null;
  }
}
