// Which sign-in sheet is wanted, and its address. It must not know how it is asked for.
import type { Day } from '@zaichang/shared/shanghai';

/** Who has checked in, or blank lines alone. */
export type SheetOf = 'present' | 'blank';

/** How many blank lines are offered, the usual first: a page of a blank sheet has some twenty. */
export const blankLines = {
  present: [0, 5, 10, 20, 50],
  blank: [20, 50, 100, 200],
} as const satisfies Record<SheetOf, readonly number[]>;

export function sheetAddress(course: number, sheet: { day: Day; of: SheetOf; lines: number }): string {
  const query = new URLSearchParams({
    day: sheet.day,
    people: String(sheet.of === 'present'),
    blank_lines: String(sheet.lines),
  });
  return `/api/v1/courses/${course}/sign-in-sheet?${query}`;
}
