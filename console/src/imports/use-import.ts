// One file on its way: sent, looked at until it rests, carried out. Which import it is lives in the address, so that a reload goes on
// with it. It must not know what is imported, how it is drawn, nor judge a row.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { useRoute, useRouter } from 'vue-router';
import { queryClient } from '../api/query';
import { Refusal } from '../api/refusal';
import type { Import, ImportedRows } from '../api/types';
import { useAct, type Act } from '../form/use-act';
import { idIn, isMoving } from './import';
import type { ImportKind } from './kinds';

/** While a job has it. */
const everyMs = 700;

interface UsedImport {
  current: ComputedRef<Import | null>;
  /** Why it cannot be looked at. */
  refusal: ComputedRef<Refusal | null>;
  refresh(): void;
  /** Something else has made it another. */
  keep(one: Import): void;
  send: Act<[file: File]>;
  write: Act<[rows: ImportedRows]>;
  /** Away with what was sent: another file is chosen. */
  leave(): Promise<unknown>;
}

export function useImport(kind: ImportKind): UsedImport {
  const route = useRoute();
  const router = useRouter();
  const id = computed(() => idIn(route.query['import']));
  const at = (id: string | null) => router.replace({ query: id === null ? {} : { import: id } });

  const { data, error, refetch } = useQuery(
    {
      queryKey: ['import', id],
      enabled: computed(() => id.value !== null),
      queryFn: ({ signal }) => kind.look(id.value ?? '', signal),
      refetchInterval: ({ state }) => (isMoving(state.data?.state) ? everyMs : false),
    },
    queryClient,
  );
  const keep = (one: Import): void => void queryClient.setQueryData(['import', one.id], one);

  const send = useAct((file: File) => kind.send(file), {
    done(one) {
      keep(one);
      void at(one.id);
    },
  });
  const write = useAct(
    (rows: ImportedRows) => {
      const { id: one = '', plan } = data.value ?? {};
      return kind.write(one, rows, plan ?? '');
    },
    { changes: kind.changes, done: keep },
  );

  return {
    current: computed(() => (id.value === null ? null : (data.value ?? null))),
    refusal: computed(() => (id.value !== null && error.value instanceof Refusal ? error.value : null)),
    refresh: () => void refetch(),
    keep,
    send,
    write,
    leave: () => at(null),
  };
}
