// The unit that the signed-in admin acts for: where it lies tells which divisions there are to choose from.
// It must not know what is chosen.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import type { Unit } from '../api/types';
import { admin } from '../login/session';

/** Null until the server has answered. */
export function useOwnUnit(): ComputedRef<Unit | null> {
  const id = computed(() => admin.value?.unit.id ?? 0);
  const { data } = useQuery(
    {
      queryKey: computed(() => ['units', 'own', id.value]),
      queryFn: ({ signal }) =>
        answer(api.GET('/api/v1/units/{id}', { params: { path: { id: id.value } }, signal })),
      enabled: computed(() => id.value > 0),
    },
    queryClient,
  );
  return computed(() => data.value ?? null);
}

/** The code of the division that it is or lies in; empty where none was entered. */
export const withinOf = (own: Unit | null): string => own?.division.slice(-1)[0]?.code ?? '';
