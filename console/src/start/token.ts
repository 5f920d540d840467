// The token of an admin link: it comes in the address after `#`, which no server is sent, and is taken out of the address at once.
// The tab keeps it until it is used, so that a reload goes on. It must not know what it opens.

const key = 'zaichang.console.admin-link';

export interface Surroundings {
  location: { hash: string; pathname: string };
  history: Pick<History, 'replaceState' | 'state'>;
  kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

const browser: Surroundings = {
  get location() {
    return window.location;
  },
  get history() {
    return window.history;
  },
  get kept() {
    return sessionStorage;
  },
};

/** The token of the address, else the one that this tab has kept; null where there is none. */
export function takeToken(surroundings: Surroundings = browser): string | null {
  const { location, history } = surroundings;
  const given = location.hash.slice(1);
  if (given === '') return read(() => surroundings.kept.getItem(key));
  history.replaceState(history.state, '', location.pathname);
  read(() => surroundings.kept.setItem(key, given));
  return given;
}

/** It was used, or is of no use. */
export function forgetToken(surroundings: Surroundings = browser): void {
  read(() => surroundings.kept.removeItem(key));
}

/** A browser without storage keeps nothing. */
function read<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
