// Which rows of the page are chosen: one by one, or all of the page by the box in the head. It must not know the rows.
import { computed, ref, type ComputedRef, type Ref, type WritableComputedRef } from 'vue';

export interface Chosen<Item> {
  ids: Ref<ReadonlySet<string>>;
  /** The rows of this page that are chosen. */
  items: ComputedRef<Item[]>;
  none(): void;
}

export function useChosen<Item extends { id: string }>(rows: () => readonly Item[]): Chosen<Item> {
  const ids = ref<ReadonlySet<string>>(new Set());
  return {
    ids,
    items: computed(() => rows().filter(({ id }) => ids.value.has(id))),
    none: () => (ids.value = new Set()),
  };
}

/** The box in a table's head: all of the page, none of it, or some. */
export function useChooseAll(
  rows: () => readonly { id: string }[],
  ids: Ref<ReadonlySet<string>>,
): { all: WritableComputedRef<boolean>; some: ComputedRef<boolean> } {
  const taken = computed(() => rows().filter(({ id }) => ids.value.has(id)).length);
  const all = computed({
    get: () => taken.value === rows().length,
    set: (every) => (ids.value = new Set(every ? rows().map(({ id }) => id) : [])),
  });
  return { all, some: computed(() => taken.value > 0 && !all.value) };
}

/** The chosen rows with this one taken in or left out. */
export function withChoice(ids: ReadonlySet<string>, id: string, taken: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  if (taken) next.add(id);
  else next.delete(id);
  return next;
}
