// What this window remembers of its one redirect to WeChat: that it was made, the state WeChat must return, its result.
// In sessionStorage: another window makes its own. Where that is blocked no redirect is made, so none is made twice.

import type { Problem } from '@zaichang/core';

/** A redirect under way carries its state; one that has ended, its result. */
export type Trip =
  | { is: 'under_way'; state: string }
  /** The WeChat account is bound to no person yet: the ticket to bind it, good until then (Unix ms by the server's clock). */
  | { is: 'not_bound'; ticket: string; until: number }
  /** It was begun, and had no result. */
  | { is: 'unfinished' }
  | ({ is: 'refused' } & Pick<Problem, 'code' | 'status'>)
  | { is: 'over' };

const TRIP = 'zaichang.wechat';

/** Null when none was made. */
export function trip_in({ sessionStorage }: Window): Trip | null {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(TRIP) ?? 'null');
    return typeof kept === 'object' && kept !== null && 'is' in kept ? (kept as Trip) : null;
  } catch {
    return null;
  }
}

/** False where nothing can be remembered. */
export function note_trip(window: Window, trip: Trip): boolean {
  try {
    window.sessionStorage.setItem(TRIP, JSON.stringify(trip));
    return true;
  } catch {
    return false;
  }
}

/** The ticket to bind with, while it is good. */
export function ticket_in(window: Window, now: number): string | null {
  const trip = trip_in(window);
  return trip?.is === 'not_bound' && now < trip.until ? trip.ticket : null;
}
