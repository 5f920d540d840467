// What the page looks like at one moment: its mood, and the code if there is one that may be seen.
// Pure. It must not know how anything is drawn; it decides alone whether a code is still good.
import { type Page, showsCode } from './page';
import type { Code } from './protocol';

export type Mood = 'connecting' | 'not_open' | 'open' | 'full' | 'spot_check' | 'closed' | 'down' | 'refused';

export interface Look {
  page: Page;
  mood: Mood;
  /** The server's time, null while it is unknown. */
  now: number | null;
  code: Code | null;
  /** How much of the step is left, from 1 down to 0. */
  left: number;
  /** Milliseconds until the spot check closes; 0 when none is on. */
  closesIn: number;
}

/** While nothing is being scanned, a connection that returns sooner than this is not reported. */
export const UNNOTICED_MS = 3_000;

export function look(page: Page, now: number | null): Look {
  const code = showing(page, now);
  const left = code && now !== null ? (code.validUntil - now) / (code.validUntil - code.validFrom) : 0;
  const closesIn = page.spotCheck && now !== null ? Math.max(0, page.spotCheck.closesAt - now) : 0;
  return { page, mood: mood(page, now, code, closesIn), now, code, left: Math.min(1, left), closesIn };
}

/** The one rule about codes: by the server's clock, inside its time, on a screen that is open; else none. */
function showing({ code, screen }: Page, now: number | null): Code | null {
  return code && now !== null && now < code.validUntil && showsCode(screen) ? code : null;
}

function mood(
  { line, screen, lostAt, codeDueBy }: Page,
  now: number | null,
  code: Code | null,
  closesIn: number,
): Mood {
  if (line === 'refused') return 'refused';
  if (line === 'ended' || (screen && screen.state === 'closed')) return 'closed';
  if (!screen) return line === 'lost' ? 'down' : 'connecting';
  if (screen.state === 'not_open') {
    const unnoticed = now !== null && lostAt !== null && now - lostAt < UNNOTICED_MS;
    return line === 'up' || unnoticed ? 'not_open' : 'down';
  }
  if (!code && !(line === 'up' && now !== null && now < codeDueBy)) return 'down';
  return closesIn ? 'spot_check' : (screen.state as 'open' | 'full');
}
