// What two changes of one thing are called: in the kind's own words where it has some. It must not judge either change.
import { momentOf } from '@zaichang/shared/shanghai';
import type { ConflictWord } from './editing';
import type { Kept } from './save';
import { say, type Values, type Word } from '../words/say';

interface Kind<Field> {
  nameOf(field: Field): string;
  words: Partial<Record<ConflictWord, Word>>;
}

export function conflictSays(
  { words }: { words: Partial<Record<ConflictWord, Word>> },
  word: ConflictWord,
  values: Values = {},
): string {
  return say(words[word] ?? `conflict.${word}`, values);
}

/** What another admin changed, and a save has kept. */
export function keptInWords<Field>(kind: Kind<Field>, { fields, by, at }: Kept<Field>): string {
  const names = fields.map((field) => kind.nameOf(field)).join(say('conflict.comma'));
  if (at === null) return conflictSays(kind, 'kept_unknown', { names });
  return conflictSays(kind, 'kept', { who: by ?? say('conflict.somebody'), time: momentOf(at), names });
}
