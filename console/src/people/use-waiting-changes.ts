// How many changes of state wait for a verdict, for a link to them. It must not show them.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { may } from '../login/may';

/** 0 until the server has answered, and for whoever may not see them. */
export function useWaitingChanges(): ComputedRef<number> {
  const { data } = useQuery(
    {
      queryKey: ['person-state-changes', 'waiting'],
      queryFn: async ({ signal }) => {
        const query = { state: 'submitted', limit: 1 } as const;
        return (await answer(api.GET('/api/v1/people/state-changes', { params: { query }, signal }))).in_all;
      },
      enabled: computed(() => may('see_people')),
    },
    queryClient,
  );
  return computed(() => data.value ?? 0);
}
