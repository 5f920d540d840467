// A three-way merge: the course as the form began with it, as it stands now, and as it was typed. What only one side
// changed is kept; what both changed is asked about. It must not know the form, nor who the other was.
import type { Course } from '../api/types';
import { changesOf, draftOf, fields, type Draft, type Field } from './draft';

export interface Merge {
  /** As typed, with what only the other changed. */
  draft: Draft;
  /** What only the other changed. */
  taken: Field[];
  /** What both changed, each to something else. */
  clashes: Field[];
}

export function mergeOf(base: Course, standing: Course, typed: Draft): Merge {
  const own = changesOf(base, typed);
  const others = changesOf(base, draftOf(standing));
  const left = changesOf(standing, typed);
  const taken = fields.filter((field) => field in others && !(field in own));
  const clashes = fields.filter((field) => field in others && field in own && field in left);
  return { draft: withFields(typed, taken, draftOf(standing)), taken, clashes };
}

/** The draft with these fields as another has them. */
export function withFields(draft: Draft, chosen: readonly Field[], other: Draft): Draft {
  const merged = { ...draft };
  for (const field of chosen) {
    if (field === 'cap') Object.assign(merged, { capped: other.capped, cap: other.cap });
    else Object.assign(merged, { [field]: other[field] });
  }
  return merged;
}
