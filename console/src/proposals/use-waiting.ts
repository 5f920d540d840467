// How many proposed units wait for a decision, for a link to them. It must not show them.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { may } from '../login/may';

/** 0 until the server has answered, and for whoever may not see them. */
export function useWaiting(): ComputedRef<number> {
  const { data } = useQuery(
    {
      queryKey: ['unit-proposals', 'waiting'],
      queryFn: async ({ signal }) => {
        const query = { state: 'submitted', limit: 1 } as const;
        return (await answer(api.GET('/api/v1/unit-proposals', { params: { query }, signal }))).in_all;
      },
      enabled: computed(() => may('see_unit_proposals')),
    },
    queryClient,
  );
  return computed(() => data.value ?? 0);
}
