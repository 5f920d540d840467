// Whether somebody else has opened a link: what the server has counted, without what this page has done itself.
// It must not know how that is said.
import type { LinkUse } from '../api/types';

/** What this page has done with the link so far. */
export interface Own {
  openings: number;
  authenticators: number;
}

export interface Others {
  openings: number;
  first: string | null;
  last: string | null;
  authenticators: number;
}

/**
 * What was done with the link apart from this page, by what an answer says was done before it; null where that is nothing. The
 * times are the link's: they say when somebody else was there only where this page has not opened it yet.
 */
export function byOthers(before: LinkUse, own: Own): Others | null {
  const openings = Math.max(0, before.openings - own.openings);
  const authenticators = Math.max(0, before.authenticators - own.authenticators);
  if (openings === 0 && authenticators === 0) return null;
  return {
    openings,
    first: before.first_opened_at ?? null,
    last: before.last_opened_at ?? null,
    authenticators,
  };
}
