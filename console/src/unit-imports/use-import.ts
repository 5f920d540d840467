// One file of units on its way: sent, looked at until it rests, carried out. Which import it is lives in the address, so that a
// reload goes on with it. It must not know how it is drawn, nor judge a row.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { useRoute, useRouter } from 'vue-router';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { Refusal } from '../api/refusal';
import type { Import, ImportedRows } from '../api/types';
import { useAct, type Act } from '../form/use-act';
import { idIn, isMoving } from './import';

/** While a job has it. */
const everyMs = 700;

interface UnitImport {
  current: ComputedRef<Import | null>;
  /** Why it cannot be looked at. */
  refusal: ComputedRef<Refusal | null>;
  refresh(): void;
  send: Act<[file: File]>;
  write: Act<[rows: ImportedRows]>;
  /** Away with what was sent: another file is chosen. */
  leave(): Promise<unknown>;
}

export function useImport(): UnitImport {
  const route = useRoute();
  const router = useRouter();
  const id = computed(() => idIn(route.query['import']));
  const at = (id: string | null) => router.replace({ query: id === null ? {} : { import: id } });

  const { data, error, refetch } = useQuery(
    {
      queryKey: ['unit-import', id],
      enabled: computed(() => id.value !== null),
      queryFn: ({ signal }) =>
        answer(
          api.GET('/api/v1/unit-imports/{import}', { params: { path: { import: id.value ?? '' } }, signal }),
        ),
      refetchInterval: ({ state }) => (isMoving(state.data?.state) ? everyMs : false),
    },
    queryClient,
  );
  const keep = (one: Import) => queryClient.setQueryData(['unit-import', one.id], one);

  const send = useAct(
    (file: File) =>
      answer(
        api.POST('/api/v1/unit-imports', {
          body: file as never,
          bodySerializer: (body: unknown) => body as File,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    {
      done(one) {
        keep(one);
        void at(one.id);
      },
    },
  );
  const write = useAct(
    (rows: ImportedRows) => {
      const { id: one = '', plan } = data.value ?? {};
      return answer(
        api.POST('/api/v1/unit-imports/{import}/writing', {
          params: { path: { import: one } },
          body: { rows, plan: plan ?? '' },
        }),
      );
    },
    { changes: [['units'], ['checklist']], done: keep },
  );

  return {
    current: computed(() => (id.value === null ? null : (data.value ?? null))),
    refusal: computed(() => (id.value !== null && error.value instanceof Refusal ? error.value : null)),
    refresh: () => void refetch(),
    send,
    write,
    leave: () => at(null),
  };
}
