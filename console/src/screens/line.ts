// What a screen's row says of its connection: shown, not shown any more and for how long, or never shown yet.
// It must not know how often the list is read.
import type { Screen } from '../api/types';
import { say } from '../words/say';

export interface Line {
  state: 'online' | 'offline' | 'unopened';
  says: string;
}

const MINUTE_MS = 60_000;

/** `now` by the server's clock; while that is unknown the row says only that the connection is broken. */
export function lineOf(screen: Pick<Screen, 'online' | 'offline_since'>, now: number | null): Line {
  if (screen.online) return { state: 'online', says: say('screens.online') };
  if (!screen.offline_since) return { state: 'unopened', says: say('screens.unopened') };
  const minutes = now === null ? 0 : Math.floor((now - Date.parse(screen.offline_since)) / MINUTE_MS);
  if (minutes < 1) return { state: 'offline', says: say('screens.offline_now') };
  if (minutes < 60) return { state: 'offline', says: say('screens.offline_minutes', { n: minutes }) };
  return { state: 'offline', says: say('screens.offline_hours', { n: Math.floor(minutes / 60) }) };
}
