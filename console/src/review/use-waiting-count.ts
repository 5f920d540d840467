// How many wait for a verdict, for a link to their list. It must not know what is reviewed.
import { computed, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { queryClient } from '../api/query';

interface Counted {
  /** What the cache calls their list. */
  key: string;
  /** Whether who is logged in may see them. */
  may: () => boolean;
  /** The list as the server answers it for this query. */
  load(query: { state: 'submitted'; limit: 1 }, signal: AbortSignal): Promise<{ in_all: number }>;
}

/** 0 until the server has answered, and for admins who may not see them. */
export function useWaitingCount({ key, may, load }: Counted): ComputedRef<number> {
  const { data } = useQuery(
    {
      queryKey: [key, 'waiting'],
      queryFn: async ({ signal }) => (await load({ state: 'submitted', limit: 1 }, signal)).in_all,
      enabled: computed(may),
    },
    queryClient,
  );
  return computed(() => data.value ?? 0);
}
