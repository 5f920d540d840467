// How many of the admin's own notices are unread: asked for when a page is come to, and when the window is. It must not ask by
// itself in between: a session that is not used is to end.
import { computed, watch, type ComputedRef } from 'vue';
import { useQuery } from '@tanstack/vue-query';
import { useRoute } from 'vue-router';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query';
import { admin } from '../login/session';
import { say } from '../words/say';

/** Exact up to here; one more stands for all that are more. */
const counted = 99;

export function useUnread(): ComputedRef<number> {
  const route = useRoute();
  const { data, refetch } = useQuery(
    {
      queryKey: ['notices', 'unread'],
      queryFn: async ({ signal }) =>
        (await answer(api.GET('/api/v1/admin/me/notices/unread', { signal }))).unread,
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

export const unreadTold = (n: number): string =>
  n > counted ? say('notices.unread_many') : say('notices.unread_count', { n });

export const unreadShown = (n: number): string => (n > counted ? `${counted}+` : String(n));
