// The page's state, and how each event changes it. Pure: an event and its time in, a new page out.
// It must not know the socket, the clock or the document.
import type { Code, Count, Course, ScreenState, SpotCheck } from './protocol';
import type { LineEvent } from './line';

export type Line = 'connecting' | 'up' | 'lost' | 'refused' | 'ended';

export interface Page {
  line: Line;
  course: Course | null;
  screen: ScreenState | null;
  code: Code | null;
  count: Count | null;
  spotCheck: SpotCheck | null;
  /** Server time of the newest frame, and of the loss of the connection. */
  heardAt: number | null;
  lostAt: number | null;
  /** Server time until which a missing code is no fault: the first one, or the next, is on its way. */
  codeDueBy: number;
}

/** A screen just opened shows its first code at the next step's edge: the longest step, and a margin. */
export const FIRST_CODE_WITHIN_MS = 6_000;
/** The next code arrives as the last one ends; a slow connection may need this much more. */
export const NEXT_CODE_WITHIN_MS = 1_000;

export const emptyPage: Page = {
  line: 'connecting',
  course: null,
  screen: null,
  code: null,
  count: null,
  spotCheck: null,
  heardAt: null,
  lostAt: null,
  codeDueBy: 0,
};

/** `restarted`: a new ticket was offered. `time_lost`: the machine slept, and nothing dated can be trusted. */
export type Event = LineEvent | { type: 'restarted' } | { type: 'time_lost' };

/** `now` is the server's time, null while it is unknown. */
export function reduce(page: Page, event: Event, now: number | null): Page {
  switch (event.type) {
    case 'frame':
      return heard({ ...page, heardAt: now }, event.frame, now || 0);
    case 'lost':
      return { ...page, line: 'lost', lostAt: page.line === 'lost' ? page.lostAt : now };
    case 'refused':
    case 'ended':
      return { ...page, line: event.type, code: null };
    case 'restarted':
      return { ...emptyPage, course: page.course };
    case 'time_lost':
      return over(page) ? page : { ...page, line: 'lost', lostAt: null, code: null };
  }
}

/** Nothing more will come until a new ticket is offered. */
function over({ line }: Page): boolean {
  return line === 'refused' || line === 'ended';
}

function heard(page: Page, frame: Extract<LineEvent, { type: 'frame' }>['frame'], now: number): Page {
  switch (frame.type) {
    case 'welcome':
      // A server that restarted counts from the start again: the page keeps its state, but not the old number.
      return {
        ...page,
        line: 'up',
        course: frame.course,
        screen: page.screen && { ...page.screen, seq: -1 },
        code: page.code && { ...page.code, seq: -1 },
        count: page.count && { ...page.count, seq: -1 },
        spotCheck: page.spotCheck && { ...page.spotCheck, seq: -1 },
        codeDueBy: now + FIRST_CODE_WITHIN_MS,
      };
    case 'code':
      if (stale(page.code, frame)) return page;
      return { ...page, code: frame, codeDueBy: frame.validUntil + NEXT_CODE_WITHIN_MS };
    case 'count':
      return stale(page.count, frame) ? page : { ...page, count: frame };
    case 'state':
      return stale(page.screen, frame) ? page : entered(page, frame, now);
    case 'spot_check':
      return stale(page.spotCheck, frame) ? page : { ...page, spotCheck: frame };
    case 'pong':
      return confirmed(page);
  }
}

/** Current spot checks come with the state after a welcome: one that does not was cancelled during the outage. */
function confirmed(page: Page): Page {
  const { screen, spotCheck } = page;
  return spotCheck && spotCheck.seq < 0 && screen && screen.seq >= 0 ? { ...page, spotCheck: null } : page;
}

function entered(page: Page, screen: ScreenState, now: number): Page {
  if (!showsCode(screen)) return { ...page, screen, code: null };
  const opening = !showsCode(page.screen);
  return { ...page, screen, codeDueBy: opening ? now + FIRST_CODE_WITHIN_MS : page.codeDueBy };
}

/** Numbers may jump (a slow page skips to the newest) but never go back; each kind keeps its own. */
function stale(known: { seq: number } | null, next: { seq: number }): boolean {
  return known !== null && next.seq <= known.seq;
}

export function showsCode(screen: { state: string } | null): boolean {
  return screen !== null && (screen.state === 'open' || screen.state === 'full');
}
