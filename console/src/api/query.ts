// The one cache of what the server has said, for pages that are not live: how long an answer counts as new, and what is asked
// again. Live pages poll for themselves (live/). It must not know any page.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query';
import { mayPass, Refusal } from './refusal';

export const freshMs = 10_000;
const triesAtMost = 3;

/** A refusal is shown where it was met; anything else is a fault of this program. */
function report(thrown: unknown): void {
  if (!(thrown instanceof Refusal)) globalThis.reportError?.(thrown);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: report }),
  mutationCache: new MutationCache({ onError: report }),
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      // What a browser believes of its connection is often wrong: the request finds out.
      networkMode: 'always',
      retry: (failures, thrown) => failures + 1 < triesAtMost && thrown instanceof Refusal && mayPass(thrown),
    },
    mutations: { networkMode: 'always' },
  },
});

/** Another account sees nothing that this one was shown. */
export function forgetAnswers(): void {
  queryClient.removeQueries();
}
