// A three-way merge: the thing as the form began with it, as it stands now, and as it was typed. What only one side changed is
// kept; what both changed is asked about. It must not know the form, nor who the other was.
import { withFields, type Editing } from './editing';

export interface Merge<Draft, Field> {
  /** As typed, with what only the other changed. */
  draft: Draft;
  /** What only the other changed. */
  taken: Field[];
  /** What both changed, each to something else. */
  clashes: Field[];
}

export function mergeOf<
  Thing extends object,
  Draft extends object,
  Field extends string,
  Change extends Partial<Record<Field, unknown>>,
>(
  kind: Editing<Thing, Draft, Field, Change>,
  base: Thing,
  standing: Thing,
  typed: Draft,
): Merge<Draft, Field> {
  const theirs = kind.draftOf(standing);
  const own = kind.changesOf(base, typed);
  const others = kind.changesOf(base, theirs);
  const left = kind.changesOf(standing, typed);
  const taken = kind.fields.filter((field) => field in others && !(field in own));
  const clashes = kind.fields.filter((field) => field in others && field in own && field in left);
  return { draft: withFields(kind, typed, taken, theirs), taken, clashes };
}
