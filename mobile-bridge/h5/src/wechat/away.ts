// Leaving these pages for another host, and thinking better of it while the other page is still on its way.
// It must not know where to.

export const go_away = (address: string): void => window.location.assign(address);
export const stay_here = (): void => window.stop();
