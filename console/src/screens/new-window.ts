// Opens a screen's page in a window of its own. Browsers allow that only in the click itself, while the ticket comes a moment later:
// so an empty window is opened first and sent on. It must not hold the address, nor leave the new page a way back to this one.

export interface NewWindow {
  goTo(address: string): void;
  giveUp(): void;
}

/** Null when the browser blocked the window. */
export function openWindow(waiting: string, opener: Pick<Window, 'open'> = window): NewWindow | null {
  const page = opener.open('', '_blank');
  if (page === null) return null;
  page.opener = null;
  page.document.title = waiting;
  return {
    goTo: (address) => page.location.replace(address),
    giveUp: () => page.close(),
  };
}
