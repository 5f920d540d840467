// Where a login leads: back to the page that asked for it, never out of the console.
// It must not know which pages exist.
import type { LocationQuery } from 'vue-router';

/** The query that takes this address through the login. Today's courses need none: they come next anyway. */
export function wayTo(fullPath: string): { next?: string } {
  return fullPath === '/' || fullPath === '' ? {} : { next: fullPath };
}

/** The address to go on to; anything but a path of the console's own is today's courses. */
export function wayBack(query: LocationQuery): string {
  const next = query['next'];
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next) || /^\/login\b/.test(next)) return '/';
  return next;
}
