// Saves what was typed over the current course, however often another admin changes it meanwhile: what only they changed
// is kept, what both changed comes back as a question. It must not know the form, nor how requests are sent.
import { Refusal } from '../api/refusal';
import type { Course, CourseSettings } from '../api/types';
import type { Versioned } from '../api/version';
import { changesOf, draftOf, faultsOf, type Draft, type Field } from './draft';
import { mergeOf, withFields, type Merge } from './merge';

/** How often it is sent once more before the refusal is shown. */
const againAtMost = 3;

/** What is typed, and the course that it is a change of. */
export interface Edit {
  base: Versioned<Course>;
  draft: Draft;
}

/** What another admin changed, and who; the name is null if no account made the change. */
export interface Kept {
  fields: Field[];
  by: string | null;
  at: string | null;
}

/** What both changed, to be chosen from. */
export interface Clash {
  standing: Versioned<Course>;
  merge: Merge;
  by: string | null;
  at: string | null;
}

export interface Saving {
  /** The edit to continue with. */
  edit: Edit;
  kept: Kept[];
  clash: Clash | null;
  /** Nothing is left to send. */
  saved: boolean;
}

type Send = (version: string, changes: CourseSettings) => Promise<Versioned<Course>>;

/** A refusal of any other kind is thrown, and what was typed is then still what it was. */
export async function saveOver(edit: Edit, send: Send, before: readonly Kept[] = []): Promise<Saving> {
  let { base, draft } = edit;
  const kept = [...before];
  const so = (saved: boolean, clash: Clash | null = null): Saving => ({
    edit: { base, draft },
    kept,
    clash,
    saved,
  });
  for (let again = 0; ; again += 1) {
    const changes = changesOf(base, draft);
    // The typed value is stored already: chosen so, or only the answer to it was lost.
    if (Object.keys(changes).length === 0) return so(true);
    // Two changes that are each valid may be invalid together, such as the hours.
    if (Object.keys(faultsOf(draft)).length > 0) return so(false);
    try {
      base = await send(base.version, changes);
      draft = draftOf(base);
      return so(true);
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.meanwhile === null || again === againAtMost) throw thrown;
      const { current, version, changedBy: by, changedAt: at } = thrown.meanwhile;
      const standing = { ...(current as Course), version };
      const merge = mergeOf(base, standing, draft);
      if (merge.clashes.length > 0) return so(false, { standing, merge, by, at });
      if (merge.taken.length > 0) kept.push({ fields: merge.taken, by, at });
      base = standing;
      draft = merge.draft;
    }
  }
}

/** Continues after a choice: these fields keep the other admin's values. */
export function chosen({ standing, merge, by, at }: Clash, theirs: readonly Field[]): [Edit, Kept[]] {
  const draft = withFields(merge.draft, theirs, draftOf(standing));
  return [{ base: standing, draft }, merge.taken.length > 0 ? [{ fields: merge.taken, by, at }] : []];
}
