// One act of a form or a dialog: sent once at a time. What the server refuses is said over the form, or at the field that it
// names; what was typed stays. It must not know what is sent, nor how it looks.
import { computed, type ComputedRef, type Ref } from 'vue';
import { useMutation, type QueryKey } from '@tanstack/vue-query';
import { queryClient } from '../api/query';
import { asRefusal, Refusal } from '../api/refusal';

export interface Act<Args extends unknown[]> {
  /** Gives whether it was done. While it is under way a second one is not begun. */
  send(...args: Args): Promise<boolean>;
  sending: Ref<boolean>;
  /** Whether the last one was done. */
  done: Ref<boolean>;
  /** Why the last one was refused. */
  refusal: ComputedRef<Refusal | null>;
  /** The same, where no field of the form is named: for the note over it. */
  note: ComputedRef<Refusal | null>;
  /** What the server says is wrong with a field; empty if it names another or none. */
  faultAt(field: string): string;
}

interface ActOptions<T> {
  /** The form's fields by their names on the wire: a refusal of one of them is shown there. */
  fields?: readonly string[];
  /** What the cache has kept and is true no longer. */
  changes?: readonly QueryKey[];
  done?: (result: T) => void;
}

export function useAct<Args extends unknown[], T>(
  act: (...args: Args) => Promise<T>,
  { fields = [], changes = [], done }: ActOptions<T> = {},
): Act<Args> {
  const { isPending, isSuccess, error, mutateAsync } = useMutation<T, Error, Args>(
    {
      mutationFn: (args) => act(...args),
      onSuccess: () => Promise.all(changes.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
    },
    queryClient,
  );
  const refusal = computed(() => (error.value instanceof Refusal ? error.value : null));
  let underWay = false;

  async function send(...args: Args): Promise<boolean> {
    if (underWay) return false;
    underWay = true;
    try {
      const result = await mutateAsync(args);
      done?.(result);
      return true;
    } catch (thrown) {
      asRefusal(thrown);
      return false;
    } finally {
      underWay = false;
    }
  }

  return {
    send,
    sending: isPending,
    done: isSuccess,
    refusal,
    note: computed(() => (fields.includes(refusal.value?.field ?? '') ? null : refusal.value)),
    faultAt: (field) => faultIn(refusal.value, field),
  };
}

/** What a refusal says is wrong with a field; empty if it names another or none. */
export function faultIn(refusal: Refusal | null, field: string): string {
  return refusal?.field === field ? refusal.detail || refusal.title : '';
}
