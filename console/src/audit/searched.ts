// A page of a search that looks through so many acts at a time: asked on until the page is whole. It must not know how it is drawn.
import type { AuditLog } from '../api/types';
import { Refusal } from '../api/refusal';

/** Acts of a whole page: as many as the server gives unless told. */
const ofAPage = 50;
/** Then the reader is asked whether to go on: some 500,000 acts have been looked through. */
const asksAtMost = 100;
/** The server answers 20 requests a second of one session, which has other pages as well. */
const apartMs = 60;

/** Asks for acts of the search after a place, so many at most. */
export type Ask = (after: string | null, limit: number) => Promise<AuditLog>;

/**
 * The page after this place: what several answers found, as if it were one. `report` hears how far back each of them looked.
 * It is not whole if all has been looked through, or so many acts that the reader decides; nor where the server refuses to go on:
 * what was found until then is shown.
 */
export async function searched(
  ask: Ask,
  after: string | null,
  report: (lookedBackTo: string) => void,
  pause: () => Promise<void> = aWhile,
): Promise<AuditLog> {
  let page = await ask(after, ofAPage);
  for (let asks = 1; asks < asksAtMost && page.items.length < ofAPage; asks += 1) {
    const { looked_back_to: lookedBackTo, next } = page;
    if (typeof lookedBackTo !== 'string' || typeof next !== 'string') break;
    report(lookedBackTo);
    const [further] = await Promise.all([onward(ask, next, ofAPage - page.items.length), pause()]);
    if (further === null) break;
    page = { ...further, items: [...page.items, ...further.items] };
  }
  // Nothing before it and nothing after it: the page is all there is.
  return after === null && typeof page.next !== 'string' ? { ...page, in_all: page.items.length } : page;
}

async function onward(ask: Ask, next: string, limit: number): Promise<AuditLog | null> {
  try {
    return await ask(next, limit);
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

function aWhile(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, apartMs);
  });
}
