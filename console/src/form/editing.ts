// What an edit must know of the thing that is edited: its fields, how it becomes a draft and a change, how each field is named.
// It must not know any form, nor how a change is sent.
import type { Refusal } from '../api/refusal';
import type { Word } from '../words/say';

/** What people read where two have changed one thing; a kind may say it of itself. */
export type ConflictWord = 'title' | 'lead' | 'lead_unknown' | 'standing' | 'also' | 'kept' | 'kept_unknown';

/** `Change` has the fields as they are sent, each only if it differs. */
export interface Editing<
  Thing extends object,
  Draft extends object,
  Field extends string,
  Change extends Partial<Record<Field, unknown>>,
> {
  fields: readonly Field[];
  draftOf(thing: Thing): Draft;
  /** Only what differs from the thing, so that an edit never undoes another admin's change made meanwhile. */
  changesOf(thing: Thing, draft: Draft): Change;
  faultsOf(draft: Draft): Partial<Record<Field, Word>>;
  /** Fields whose fault is said while they are typed, not only when they are sent. */
  saidAtOnce: readonly Field[];
  /** The field a refusal belongs to, if any. */
  fieldOf(refusal: Refusal): Field | null;
  /** The draft with this field as another has it. */
  withField(draft: Draft, field: Field, other: Draft): Draft;
  /** Whether two drafts are written alike in this field. */
  isAlike(field: Field, one: Draft, other: Draft): boolean;
  nameOf(field: Field): string;
  valueOf(field: Field, draft: Draft): string;
  words: Partial<Record<ConflictWord, Word>>;
}

/** The draft with these fields as another has them. */
export function withFields<Draft extends object, Field extends string>(
  { withField }: { withField(draft: Draft, field: Field, other: Draft): Draft },
  draft: Draft,
  chosen: readonly Field[],
  other: Draft,
): Draft {
  return chosen.reduce((merged, field) => withField(merged, field, other), draft);
}
