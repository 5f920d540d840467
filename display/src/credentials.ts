// What this tab may say hello with: a single-use ticket from its address, then the resume credential.
// It must not know the socket. Nothing here ever returns to an address.

export type Hello = { ticket: string } | { resume: string };

/** The part of sessionStorage that is used; a browser that refuses it costs only the reload. */
export type Drawer = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface Credentials {
  /** What to say next, or null when nothing is left to say. */
  hello(): Hello | null;
  offer(ticket: string): void;
  welcomed(resume: string): void;
  /** The last hello was turned down: it is not said again. */
  refused(): void;
  forget(): void;
}

export function createCredentials(drawer: Drawer | null, screen: string): Credentials {
  const ticket = slot(drawer, `zaichang.ticket.${screen}`);
  const resume = slot(drawer, `zaichang.resume.${screen}`);

  return {
    hello() {
      const fresh = ticket.read();
      if (fresh !== null) return { ticket: fresh };
      const kept = resume.read();
      return kept === null ? null : { resume: kept };
    },
    offer: ticket.write,
    welcomed(credential) {
      ticket.write(null);
      resume.write(credential);
    },
    refused() {
      (ticket.read() === null ? resume : ticket).write(null);
    },
    forget() {
      ticket.write(null);
      resume.write(null);
    },
  };
}

function slot(drawer: Drawer | null, key: string) {
  let value: string | null = null;
  try {
    value = drawer && drawer.getItem(key);
  } catch {
    drawer = null;
  }
  return {
    read: () => value,
    write(next: string | null): void {
      value = next;
      try {
        if (next === null) drawer?.removeItem(key);
        else drawer?.setItem(key, next);
      } catch {
        // The tab goes on from memory.
      }
    },
  };
}

/** The ticket inside an address's fragment. */
export function ticketIn(fragment: string): string | null {
  const found = /[#&]ticket=([^&]+)/.exec(fragment);
  return found && found[1]!;
}
