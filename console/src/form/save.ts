// Saves what was typed over the thing as it stands, however often another admin changes it meanwhile: what only they changed
// is kept, what both changed comes back as a question. It must not know the form, nor how requests are sent.
import { Refusal } from '../api/refusal';
import type { Versioned } from '../api/version';
import { withFields, type Editing } from './editing';
import { mergeOf, type Merge } from './merge';

/** How often it is sent once more before the refusal is shown. */
const againAtMost = 3;

/** What is typed, and the thing that it is a change of. */
export interface Edit<Thing, Draft> {
  base: Versioned<Thing>;
  draft: Draft;
}

/** What another admin changed, and who; the name is null if no account made the change. */
export interface Kept<Field> {
  fields: Field[];
  by: string | null;
  at: string | null;
}

/** What both changed, to be chosen from. */
export interface Clash<Thing, Draft, Field> {
  standing: Versioned<Thing>;
  merge: Merge<Draft, Field>;
  by: string | null;
  at: string | null;
}

export interface Saving<Thing, Draft, Field> {
  /** The edit to continue with. */
  edit: Edit<Thing, Draft>;
  kept: Kept<Field>[];
  clash: Clash<Thing, Draft, Field> | null;
  /** Nothing is left to send. */
  saved: boolean;
}

export type Send<Thing, Change> = (version: string, changes: Change) => Promise<Versioned<Thing>>;

/** A refusal of any other kind is thrown, and what was typed is then still what it was. */
export async function saveOver<
  Thing extends object,
  Draft extends object,
  Field extends string,
  Change extends Partial<Record<Field, unknown>>,
>(
  kind: Editing<Thing, Draft, Field, Change>,
  edit: Edit<Thing, Draft>,
  send: Send<Thing, Change>,
  before: readonly Kept<Field>[] = [],
): Promise<Saving<Thing, Draft, Field>> {
  let { base, draft } = edit;
  const kept = [...before];
  const so = (saved: boolean, clash: Clash<Thing, Draft, Field> | null = null) => ({
    edit: { base, draft },
    kept,
    clash,
    saved,
  });
  for (let again = 0; ; again += 1) {
    const changes = kind.changesOf(base, draft);
    // The typed value is stored already: chosen so, or only the answer to it was lost.
    if (Object.keys(changes).length === 0) return so(true);
    // Two changes that are each valid may be invalid together, such as the hours.
    if (Object.keys(kind.faultsOf(draft)).length > 0) return so(false);
    try {
      base = await send(base.version, changes);
      draft = kind.draftOf(base);
      return so(true);
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.meanwhile === null || again === againAtMost) throw thrown;
      const { current, version, changedBy: by, changedAt: at } = thrown.meanwhile;
      const standing = { ...(current as Thing), version };
      const merge = mergeOf(kind, base, standing, draft);
      if (merge.clashes.length > 0) return so(false, { standing, merge, by, at });
      if (merge.taken.length > 0) kept.push({ fields: merge.taken, by, at });
      base = standing;
      draft = merge.draft;
    }
  }
}

/** Continues after a choice: these fields keep the other admin's values. */
export function chosen<
  Thing extends object,
  Draft extends object,
  Field extends string,
  Change extends Partial<Record<Field, unknown>>,
>(
  kind: Editing<Thing, Draft, Field, Change>,
  { standing, merge, by, at }: Clash<Thing, Draft, Field>,
  theirs: readonly Field[],
): [Edit<Thing, Draft>, Kept<Field>[]] {
  const draft = withFields(kind, merge.draft, theirs, kind.draftOf(standing));
  return [{ base: standing, draft }, merge.taken.length > 0 ? [{ fields: merge.taken, by, at }] : []];
}
