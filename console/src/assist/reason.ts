// Why somebody is checked in by hand: one of the usual reasons, or free text. It must not know the form.
import type { Word } from '../words/say';

export const usualReasons = [
  'assist.reason_no_phone',
  'assist.reason_no_smart',
  'assist.reason_no_scan',
  'assist.reason_no_line',
] as const satisfies readonly Word[];

export const other = 'assist.reason_other';
export type Reason = (typeof usualReasons)[number] | typeof other;

const shortest = 2;
const longest = 200;

/** What is wrong with the choice, or null. */
export function reasonFault(choice: Reason | null, text: string): Word | null {
  if (choice === null) return 'assist.reason_missing';
  if (choice !== other) return null;
  const length = [...text.trim()].length;
  if (length < shortest) return 'assist.reason_missing';
  return length > longest ? 'assist.reason_long' : null;
}
