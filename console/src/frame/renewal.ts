// After a release the console's files have other names: a page that was opened before it asks for files that are gone. The
// wanted address is then reloaded, once; if that does not help, the page says so. It must not know any page.
import { shallowRef } from 'vue';
import { reach } from '../api/client';
import { asRefusal, ownRefusal, type Refusal } from '../api/refusal';

/** The page that could not be loaded: where it is, and why. Null while there is none. */
export const notLoaded = shallowRef<{ address: string; refusal: Refusal } | null>(null);

/** Thrown instead of the browser's own error when the code of a page cannot be loaded. */
export class CodeAway extends Error {}

/** The code of a page, for the router. */
export function late<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch(() => {
      throw new CodeAway();
    });
}

export interface Surroundings {
  /** Throws a refusal while the server cannot be reached: a reload would end on the browser's own error page. */
  ask(): Promise<unknown>;
  open(address: string): void;
  kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

const key = 'zaichang.console.loaded-anew';

const browser: Surroundings = {
  ask: () => reach(new Request('/healthz')),
  open: (address) => {
    // An address with a fragment that stands there already would not be fetched by being opened.
    if (new URL(address, location.href).href === location.href) location.reload();
    else location.assign(address);
  },
  get kept() {
    return sessionStorage;
  },
};

/** Reloads the address, unless that has been tried since a page was last loaded. */
export async function renew(address: string, surroundings = browser): Promise<void> {
  try {
    await surroundings.ask();
    if (isFirst(address, surroundings)) surroundings.open(address);
    else notLoaded.value = { address, refusal: ownRefusal('not_loaded') };
  } catch (thrown) {
    notLoaded.value = { address, refusal: asRefusal(thrown) };
  }
}

/** Requested by the user: as often as they like. */
export async function tryAgain(address: string, surroundings = browser): Promise<void> {
  try {
    await surroundings.ask();
    surroundings.open(address);
  } catch (thrown) {
    notLoaded.value = { address, refusal: asRefusal(thrown) };
  }
}

/** A page was loaded. */
export function loaded(surroundings = browser): void {
  notLoaded.value = null;
  try {
    surroundings.kept.removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}

function isFirst(address: string, surroundings: Surroundings): boolean {
  try {
    const { kept } = surroundings;
    if (kept.getItem(key) === address) return false;
    kept.setItem(key, address);
    return kept.getItem(key) === address;
  } catch {
    // A browser without storage would reload for ever.
    return false;
  }
}
