// Polls, but only while the answer can be seen: paused when the page is hidden, slower while the connection is down.
// It must not know what is asked, nor Vue.

export interface Surroundings {
  hidden(): boolean;
  /** Calls back when the page is shown or hidden and when the connection comes back; returns the unsubscribe function. */
  listen(changed: () => void): () => void;
  after(ms: number, act: () => void): () => void;
}

export interface Poll {
  /** Asks at once, whatever the wait. */
  now(): void;
  stop(): void;
}

export const browser: Surroundings = {
  hidden: () => document.hidden,
  listen(changed) {
    document.addEventListener('visibilitychange', changed);
    window.addEventListener('online', changed);
    return () => {
      document.removeEventListener('visibilitychange', changed);
      window.removeEventListener('online', changed);
    };
  },
  after(ms, act) {
    const handle = setTimeout(act, ms);
    return () => clearTimeout(handle);
  },
};

/** `task` returns whether it was answered; after failures the wait doubles up to `slowestMs`. One call at a time. */
export function startPoll(
  task: (signal: AbortSignal) => Promise<boolean>,
  { everyMs = 2500, slowestMs = 20_000, surroundings = browser } = {},
): Poll {
  let running: AbortController | null = null;
  let cancelWait = () => {};
  let failures = 0;
  let stopped = false;

  async function run(): Promise<void> {
    cancelWait();
    running?.abort();
    const mine = (running = new AbortController());
    const answered = await task(mine.signal).catch((fault: unknown) => {
      globalThis.reportError?.(fault);
      return false;
    });
    if (running !== mine) return;
    running = null;
    failures = answered ? 0 : failures + 1;
    if (!stopped && !surroundings.hidden()) cancelWait = surroundings.after(wait(), () => void run());
  }

  function wait(): number {
    return Math.min(everyMs * 2 ** failures, slowestMs);
  }

  function pause(): void {
    cancelWait();
    running?.abort();
    running = null;
  }

  const silence = surroundings.listen(() => (surroundings.hidden() ? pause() : void run()));
  if (!surroundings.hidden()) void run();

  return {
    now: () => {
      if (!stopped) void run();
    },
    stop() {
      stopped = true;
      silence();
      pause();
    },
  };
}
