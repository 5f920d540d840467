// A page of a search that looks through so many acts at a time: asked on until the page is whole. It must not know how it is drawn.
import type { AuditLog } from '../api/types';

/** Acts of a whole page: as many as the server gives unless told. */
const ofAPage = 50;
/** Then whoever searches is asked whether to go on: some 500,000 acts have been looked through. */
const asksAtMost = 50;

/** Asks for acts of the search after a place, so many at most. */
export type Ask = (after: string | null, limit: number) => Promise<AuditLog>;

/**
 * The page after this place: what several answers found, as if it were one. `told` hears how far back each of them looked.
 * It is not whole if all has been looked through, or so many acts that the reader decides.
 */
export async function searched(
  ask: Ask,
  after: string | null,
  told: (lookedBackTo: string) => void,
): Promise<AuditLog> {
  let page = await ask(after, ofAPage);
  for (let asks = 1; asks < asksAtMost && page.items.length < ofAPage; asks += 1) {
    const { looked_back_to: lookedBackTo, next } = page;
    if (typeof lookedBackTo !== 'string' || typeof next !== 'string') break;
    told(lookedBackTo);
    const further = await ask(next, ofAPage - page.items.length);
    page = { ...further, items: [...page.items, ...further.items] };
  }
  // Nothing before it and nothing after it: the page is all there is.
  return after === null && typeof page.next !== 'string' ? { ...page, in_all: page.items.length } : page;
}
