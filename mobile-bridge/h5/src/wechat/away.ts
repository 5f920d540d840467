// Leaving these pages for another host, and cancelling while the other page is still loading.
// It must not know the destination.

export const go_away = (address: string): void => window.location.assign(address);
export const stay_here = (): void => window.stop();
