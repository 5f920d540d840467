// From which part of today the moment of a spot check is drawn: what is proposed, what is typed, what is sent.
// It must not draw anything: the server does, and reveals the moment to no client.
import type { SpotCheckOrder } from '../api/types';
import { hoursFaults, timeMeant } from '../settings/hours';
import { dayOf, minuteOf } from '@zaichang/shared/shanghai';
import type { Word } from '../words/say';

const minuteMs = 60_000;

export interface TypedRange {
  from: string;
  until: string;
}

/** The rest of today's opening hours, from the next whole minute on; all of them once they are over. */
export function restOfToday(course: { opens: string; closes: string }, nowMs: number): TypedRange {
  const next = minuteOf(nowMs + minuteMs);
  const from = next > course.opens && next < course.closes ? next : course.opens;
  return { from, until: course.closes };
}

/** As it is sent. Both ends are of today, so the day's end is its last second. */
export function rangeOf({ from, until }: TypedRange, nowMs: number): NonNullable<SpotCheckOrder['random']> {
  return { from: instantOf(from, nowMs), until: instantOf(until, nowMs) };
}

/** What is wrong with the range as typed, or null: a spot check so long has to begin and end in what is left of it. */
export function rangeFault(typed: TypedRange, minutes: number, nowMs: number): Word | null {
  const { opens, closes } = hoursFaults(typed.from, typed.until);
  if (opens !== null || closes !== null) return opens ?? closes;
  const { from, until } = rangeOf(typed, nowMs);
  const left = Date.parse(until) - Math.max(Date.parse(from), nowMs);
  return left < minutes * minuteMs ? 'spot.range_short' : null;
}

function instantOf(typed: string, nowMs: number): string {
  const time = timeMeant(typed) ?? typed;
  return `${dayOf(nowMs)}T${time === '24:00' ? '23:59:59' : `${time}:00`}+08:00`;
}

/** "02:47" of 167 seconds. */
export function countdown(seconds: number): string {
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

const two = (n: number) => String(n).padStart(2, '0');
