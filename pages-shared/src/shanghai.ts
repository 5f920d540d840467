// Clocks and calendar days as people in China read them. Asia/Shanghai has kept UTC+8 without summer time since 1991,
// so plain arithmetic is exact and never depends on the browser's own zone. It must not ask what time it is.

const OFFSET_MS = 8 * 3600_000;
const DAY_MS = 24 * 3600_000;

/** A calendar day, "2026-11-21". */
export type Day = string;

/** "2026-11-21" of an instant. */
export function dayOf(instant: string | number): Day {
  return shifted(instant).slice(0, 10);
}

/** "09:02:13" of an instant. */
export function timeOf(instant: string | number): string {
  return shifted(instant).slice(11, 19);
}

/** "09:02" of an instant. */
export function minuteOf(instant: string | number): string {
  return shifted(instant).slice(11, 16);
}

/** "2026-11-21 09:02:13" of an instant. */
export function momentOf(instant: string | number): string {
  return `${dayOf(instant)} ${timeOf(instant)}`;
}

/** The day so many days later (or earlier). */
export function dayAfter(day: Day, days: number): Day {
  return new Date(startMs(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Month 1–12, day of the month, weekday 0–6 from Sunday. */
export function partsOf(day: Day): { month: number; day: number; weekday: number } {
  const date = new Date(startMs(day));
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() };
}

/** Whether the text is a day that exists. */
export function isDay(text: string): text is Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = startMs(text);
  return Number.isFinite(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** Every day of a declared period, once each, in order. Spans longer than a year are cut: no course is. */
export function daysOf(period: readonly { from: Day; to: Day }[]): Day[] {
  const days = new Set<Day>();
  for (const { from, to } of period) {
    for (let day = from; day <= to && days.size < 366; day = dayAfter(day, 1)) days.add(day);
  }
  return [...days].sort();
}

function startMs(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Empty for what is no instant: a page may be handed anything, and must not break for it. */
function shifted(instant: string | number): string {
  const at = new Date((typeof instant === 'number' ? instant : Date.parse(instant)) + OFFSET_MS);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
