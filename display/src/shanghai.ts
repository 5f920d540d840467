// The calendar and the clock face of Asia/Shanghai, by plain arithmetic: China keeps UTC+8 all year.
// It must not know the machine's own time zone or its idea of now.

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const OFFSET_MS = 8 * HOUR_MS;

/** A calendar day, counted from 1970-01-01. */
export type Day = number;

const two = (n: number): string => String(n).padStart(2, '0');

export const dayAt = (ms: number): Day => Math.floor((ms + OFFSET_MS) / DAY_MS);

/** `2026-11-21` as a day, or null when there is no such day. */
export function parseDay(text: string): Day | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : ms / DAY_MS;
}

export interface DayParts {
  month: number;
  date: number;
  weekday: number;
}

export function dayParts(day: Day): DayParts {
  const at = new Date(day * DAY_MS);
  return { month: at.getUTCMonth() + 1, date: at.getUTCDate(), weekday: at.getUTCDay() };
}

/** `09:02:13` */
export function timeOfDay(ms: number): string {
  return clockFace(ms + OFFSET_MS - dayAt(ms) * DAY_MS);
}

/** How long until something: whole days apart, the rest as `03:12:09`. It never shows less than is left. */
export function untilThen(ms: number): { days: number; rest: string } {
  const left = Math.max(0, Math.ceil(ms / 1000) * 1000);
  return { days: Math.floor(left / DAY_MS), rest: clockFace(left % DAY_MS) };
}

function clockFace(ms: number): string {
  const s = Math.floor(ms / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
