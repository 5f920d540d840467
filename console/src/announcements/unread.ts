// How many announcements the admin has not read: asked for when a page is come to, as the notices are. It must not ask by itself.
import { computed, watch, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { useRoute } from 'vue-router';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { admin } from '../login/session';

export function useUnreadAnnouncements(): ComputedRef<number> {
  const route = useRoute();
  const { data, refetch } = useQuery(
    {
      queryKey: ['announcements', 'newest'],
      queryFn: async ({ signal }) =>
        (await answer(api.GET('/api/v1/admin/me/announcements/newest', { signal }))).unread,
      enabled: computed(() => Boolean(admin.value && !admin.value.must_change_password)),
    },
    queryClient,
  );
  watch(
    () => route.path,
    () => void refetch(),
  );
  return computed(() => data.value ?? 0);
}
