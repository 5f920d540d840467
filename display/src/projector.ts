// What a projected page asks of the browser: full screen, a screen that stays awake, no cursor in the picture.
// It must not know the check-in. What a browser does not offer is left out silently.

const CURSOR_GONE_AFTER_MS = 3_000;

type OldDocument = Document & { webkitFullscreenElement?: Element; webkitExitFullscreen?: () => void };
type OldElement = HTMLElement & { webkitRequestFullscreen?: () => void };

export function toggleFullScreen(): void {
  const from: OldDocument = document;
  const root: OldElement = document.documentElement;
  const shown = from.fullscreenElement || from.webkitFullscreenElement;
  const act = shown
    ? from.exitFullscreen || from.webkitExitFullscreen
    : root.requestFullscreen || root.webkitRequestFullscreen;
  // A refusal (a policy, no gesture) leaves the page as it is.
  Promise.resolve(act && act.call(shown ? from : root)).catch(() => undefined);
}

/** Holds the screen awake. The browser lets go whenever the tab is hidden, so this asks again when called. */
export function createWakeLock(): { hold(): void } {
  let lock: WakeLockSentinel | null = null;
  let asking = false;
  return {
    hold() {
      if (asking || (lock && !lock.released) || !navigator.wakeLock || document.hidden) return;
      asking = true;
      navigator.wakeLock
        .request('screen')
        .then(
          (held) => (lock = held),
          () => (lock = null),
        )
        .then(() => (asking = false));
    },
  };
}

/** `body.idle` while mouse and keyboard are not used. */
export function hideIdleCursor(body: HTMLElement): void {
  let timer = 0;
  const stir = (): void => {
    body.classList.remove('idle');
    clearTimeout(timer);
    timer = window.setTimeout(() => body.classList.add('idle'), CURSOR_GONE_AFTER_MS);
  };
  addEventListener('mousemove', stir);
  addEventListener('mousedown', stir);
  addEventListener('keydown', stir);
  stir();
}
