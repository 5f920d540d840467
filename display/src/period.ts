// The declared period as a short row of days: all of them when they fit, else folded around today.
// It must not know how a day is drawn.
import type { Period } from './protocol';
import type { Day } from './shanghai';

/** Longer than any real period; a wrong one must not freeze the page. */
const MOST_DAYS = 3_660;

/** A day, or the place where days were folded away. */
export type Cell = Day | 'fold';

export function daysOf(period: Period[]): Day[] {
  const days = new Set<Day>();
  for (const { from, to } of period) {
    for (let day = from; day <= to && days.size < MOST_DAYS; day++) days.add(day);
  }
  return Array.from(days).sort((a, b) => a - b);
}

/** At most `room` days: always the first, the last and the ones nearest to today. `room` is at least 3. */
export function foldedRow(days: Day[], today: Day, room: number): Cell[] {
  let shown = days;
  if (days.length > room) {
    const first = days[0]!;
    const last = days[days.length - 1]!;
    const near = days
      .slice(1, -1)
      .sort((a, b) => Math.abs(a - today) - Math.abs(b - today) || a - b)
      .slice(0, room - 2);
    shown = [first, ...near.sort((a, b) => a - b), last];
  }
  const row: Cell[] = [];
  for (const day of shown) {
    const before = row[row.length - 1];
    if (before !== undefined && days.indexOf(day) - days.indexOf(before as Day) > 1) row.push('fold');
    row.push(day);
  }
  return row;
}
