// Why something is done: one of the usual reasons, or free text. It must not know what is done.
import { say, type Word } from '../words/say';

export const other = 'reason.other' satisfies Word;

const shortest = 2;
const longest = 200;

/** What is wrong with the choice, or null. */
export function reasonFault(choice: Word | null, text: string): Word | null {
  if (choice === null) return 'reason.missing';
  if (choice !== other) return null;
  const length = [...text.trim()].length;
  if (length < shortest) return 'reason.missing';
  return length > longest ? 'reason.long' : null;
}

/** As it is sent and kept. */
export function reasonSaid(choice: Word, text: string): string {
  return choice === other ? text.trim() : say(choice);
}
