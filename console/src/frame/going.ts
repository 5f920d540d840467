// Whether a router is on its way to another page, whose code may still have to come. What changes the address of this page
// meanwhile would take that way back. It must not know who changes it.
import type { Router } from 'vue-router';

const ways = new WeakMap<Router, { path: string | null }>();

/** From the first call on it notes where the router goes: ask for it when the page is set up. */
export function goingOf(router: Router): () => boolean {
  const known = ways.get(router);
  const way = known ?? { path: null };
  if (known === undefined) {
    ways.set(router, way);
    // One that was overtaken by another ends after that has begun.
    const ended = ({ path }: { path: string }) => {
      if (way.path === path) way.path = null;
    };
    router.beforeEach(({ path }) => void (way.path = path));
    router.afterEach(ended);
    router.onError((_, to) => ended(to));
  }
  return () => way.path !== null && way.path !== router.currentRoute.value.path;
}
