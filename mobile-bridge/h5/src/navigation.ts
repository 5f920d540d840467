// Moves between the pages without loading them anew: history, links, focus. Addresses are read in route.ts.
// The address bar decides; this only follows it.

import { nextTick, shallowRef, type ShallowRef } from 'vue';
import { route_of, type Route } from './route.ts';

export interface Navigation {
  route: Readonly<ShallowRef<Route>>;
  /** Where this document was loaded: what the server wrote into it is said about that address only. */
  loaded_from: Route;
  /** The same as a whole address. */
  entry: string;
  go(address: string): void;
  /** Like go, but the page left is not one to come back to. */
  replace(address: string): void;
  /** The page before, if it was one of these; else the start page. */
  back(): void;
}

export function start_navigation(window: Window): Navigation {
  const { location, history, document } = window;
  const address_of = (at: Location | HTMLAnchorElement): string => at.pathname + at.search + at.hash;
  const current = (): Route => route_of(address_of(location)) ?? { page: 'home', camera: false };
  const route = shallowRef(current());
  const entry = location.href;

  async function arrive(): Promise<void> {
    route.value = current();
    window.scrollTo(0, 0);
    await nextTick();
    // Screen readers announce the new page; a heading shows no outline.
    document.querySelector('h1')?.focus();
  }

  const go = (address: string): void => {
    // Remembered with the entry: going back from it stays among these pages.
    history.pushState('ours', '', address);
    void arrive();
  };
  const replace = (address: string): void => {
    history.replaceState(history.state, '', address);
    void arrive();
  };

  window.addEventListener('popstate', () => void arrive());
  document.addEventListener('click', (click) => {
    const link = (click.target as Element).closest('a');
    const elsewhere = click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey;
    if (!link || elsewhere || link.origin !== location.origin || !route_of(address_of(link))) return;
    click.preventDefault();
    go(address_of(link));
  });

  const back = (): void => (history.state === 'ours' ? history.back() : replace('/'));
  return { route, loaded_from: route.value, entry, go, replace, back };
}
