// The departments of a unit as choices, each indented below the one that it lies in. It must not know what is chosen.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { rowsOf } from '../units/department-tree';

export interface DepartmentChoice {
  id: number;
  name: string;
  /** Its name, indented. */
  text: string;
  closed: boolean;
}

/** All of them, closed ones too; none until the server has answered. */
export function useDepartments(unit: () => number): ComputedRef<readonly DepartmentChoice[]> {
  const { data } = useQuery(
    {
      queryKey: computed(() => ['departments', unit()]),
      queryFn: async ({ signal }) => {
        const params = { path: { id: unit() } };
        return (await answer(api.GET('/api/v1/units/{id}/departments', { params, signal }))).items;
      },
      enabled: computed(() => unit() > 0),
    },
    queryClient,
  );
  return computed(() =>
    rowsOf(data.value ?? []).map(({ department: { id, name, closed_at }, depth }) => ({
      id,
      name,
      text: `${'　'.repeat(depth - 1)}${name}`,
      closed: Boolean(closed_at),
    })),
  );
}
