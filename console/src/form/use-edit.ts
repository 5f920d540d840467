// One thing that is edited: the draft, how much of it is changed, what is wrong with it, and its save over whatever others
// change meanwhile. Leaving with unsaved changes asks first. What is typed stays through every refusal and conflict.
// It must not know which thing, nor how it looks.
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { onBeforeRouteLeave, useRouter, type RouteLocationRaw } from 'vue-router';
import { asRefusal, type Refusal } from '../api/refusal';
import type { Versioned } from '../api/version';
import { admin } from '../login/session';
import { serverClock } from '../time/server-clock';
import { say } from '../words/say';
import { withFields, type Editing } from './editing';
import { chosen, saveOver, type Clash, type Kept, type Send } from './save';

export interface EditState<Thing extends object, Draft extends object, Field extends string> {
  /** The thing that the draft is a change of. */
  base: ShallowRef<Versioned<Thing>>;
  draft: Ref<Draft>;
  /** How many fields are changed and not saved. */
  count: ComputedRef<number>;
  sending: Ref<boolean>;
  savedAt: Ref<string | null>;
  /** Why it was not saved, where no field of the form is to blame. */
  note: ComputedRef<Refusal | null>;
  faultAt(field: Field): string;
  /** What the last save has kept of another admin's changes. */
  kept: ShallowRef<Kept<Field>[]>;
  clash: ShallowRef<Clash<Thing, Draft, Field> | null>;
  /** Where the reader wants to go, while they are asked about unsaved changes. */
  leavingTo: ShallowRef<RouteLocationRaw | null>;
  save(): Promise<void>;
  choose(theirs: readonly Field[]): Promise<void>;
  revert(): void;
  leave(): void;
}

interface EditOptions<Thing, Change> {
  /** As the server has it now. */
  thing: () => Versioned<Thing>;
  send: Send<Thing, Change>;
  saved: () => void;
}

export function useEdit<
  Thing extends object,
  Draft extends object,
  Field extends string,
  Change extends Partial<Record<Field, unknown>>,
>(
  kind: Editing<Thing, Draft, Field, Change>,
  { thing, send, saved }: EditOptions<Thing, Change>,
): EditState<Thing, Draft, Field> {
  const router = useRouter();
  const base = shallowRef(thing()) as ShallowRef<Versioned<Thing>>;
  const draft = ref(kind.draftOf(thing())) as Ref<Draft>;
  const asked = ref(false);
  const sending = ref(false);
  const savedAt = ref<string | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const clash = shallowRef<Clash<Thing, Draft, Field> | null>(null);
  const kept = shallowRef<Kept<Field>[]>([]);
  const leavingTo = shallowRef<RouteLocationRaw | null>(null);

  const count = computed(() => Object.keys(kind.changesOf(base.value, draft.value)).length);
  const faults = computed(() => kind.faultsOf(draft.value));
  const refusedField = computed(() => (refusal.value === null ? null : kind.fieldOf(refusal.value)));

  /** While nothing is being edited the form shows the thing as it is now, including others' changes. */
  watch(thing, (now) => {
    if (count.value > 0 || sending.value) return;
    base.value = now;
    draft.value = kind.draftOf(now);
  });
  watch(draft, () => (savedAt.value = count.value === 0 ? savedAt.value : null), { deep: true });

  function faultAt(field: Field): string {
    if (refusedField.value === field)
      return [refusal.value!.title, refusal.value!.detail].filter(Boolean).join('。');
    const word = asked.value || kind.saidAtOnce.includes(field) ? faults.value[field] : undefined;
    return word === undefined ? '' : say(word);
  }

  async function save(): Promise<void> {
    asked.value = true;
    refusal.value = null;
    if (Object.keys(faults.value).length > 0 || count.value === 0 || sending.value) return;
    await settle();
  }

  /** Saves, or asks which value stays where another admin has changed the same field. What is typed meanwhile stays. */
  async function settle(before: Kept<Field>[] = []): Promise<void> {
    const typed = { ...draft.value };
    sending.value = true;
    try {
      const saving = await saveOver(kind, { base: base.value, draft: typed }, send, before);
      const typedOn = kind.fields.filter((field) => !kind.isAlike(field, typed, draft.value));
      base.value = saving.edit.base;
      draft.value = withFields(kind, saving.edit.draft, typedOn, draft.value);
      kept.value = saving.kept;
      clash.value = saving.clash;
      if (!saving.saved) return;
      savedAt.value = serverClock.now();
      asked.value = false;
      saved();
    } catch (thrown) {
      refusal.value = asRefusal(thrown);
    } finally {
      sending.value = false;
    }
  }

  async function choose(theirs: readonly Field[]): Promise<void> {
    const [edit, taken] = chosen(kind, clash.value!, theirs);
    clash.value = null;
    base.value = edit.base;
    draft.value = edit.draft;
    await settle([...kept.value, ...taken]);
  }

  function revert(): void {
    refusal.value = null;
    kept.value = [];
    asked.value = false;
    draft.value = kind.draftOf(base.value);
  }

  onBeforeRouteLeave((to) => {
    if (count.value === 0 || admin.value === null) return true;
    leavingTo.value = to.fullPath;
    return false;
  });

  function leave(): void {
    const to = leavingTo.value!;
    revert();
    void router.push(to);
  }

  const note = computed(() => (refusedField.value === null ? refusal.value : null));
  return {
    base,
    draft,
    count,
    sending,
    savedAt,
    note,
    faultAt,
    kept,
    clash,
    leavingTo,
    save,
    choose,
    revert,
    leave,
  };
}
