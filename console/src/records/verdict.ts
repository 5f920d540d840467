// What staff decide about records: the usual reasons, and whose records are chosen. It must not know the dialog.
import type { AttendanceRecord, VerdictWord } from '../api/types';
import { say, type Word } from '../words/say';

export const usualReasons = {
  struck: ['verdict.reason_absent', 'verdict.reason_unseen', 'verdict.reason_picture'],
  kept: ['verdict.reason_seen', 'verdict.reason_explained', 'verdict.reason_technical'],
} as const satisfies Record<VerdictWord, readonly Word[]>;

const namedAtMost = 6;

/** How many people the records are of, and their names: each once, a few at most. */
export function whose(records: readonly AttendanceRecord[]): string {
  const names = new Map(records.map(({ person }) => [person.id, person.name]));
  const shown = [...names.values()].slice(0, namedAtMost).join(say('frame.list_gap'));
  const word = names.size > namedAtMost ? 'verdict.whose_more' : 'verdict.whose';
  return say(word, { people: names.size, names: shown });
}
