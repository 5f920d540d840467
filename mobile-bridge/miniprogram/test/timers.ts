// The timers of a program that may be killed: with it they end. It must not know which clock they run by.

/** Every timer that is set from now on ends when the returned function is called, and the clock stays where it is. */
export function timers_of_the_program(): () => void {
  const running = new Set<number>();
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const set = globalThis[name] as unknown as (...asked: unknown[]) => number;
    Object.assign(globalThis, {
      [name](...asked: unknown[]) {
        const timer = set(...asked);
        // What hands its timer more than these two is Node's own.
        if (asked.length <= 2) running.add(timer);
        return timer;
      },
    });
  }
  return () => {
    running.forEach((timer) => clearTimeout(timer));
    running.clear();
  };
}
