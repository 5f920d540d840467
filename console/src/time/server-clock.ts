// The server's clock, taken from its answers and advanced by this browser's monotonic clock. A wrong wall clock here changes nothing.
// It must not read the browser's wall clock once the server has answered.

export class ServerClock {
  #serverMs: number | null = null;
  #heardAtMs = 0;

  constructor(
    private readonly steadyMs: () => number,
    private readonly wallMs: () => number,
  ) {}

  /** An answer carried the server's time. `Date` headers have whole seconds: an older, finer value is kept while it agrees. */
  hear(instant: string | null): void {
    const instantMs = instant === null ? Number.NaN : Date.parse(instant);
    if (Number.isNaN(instantMs)) return;
    const drift = instantMs - this.nowMs();
    if (this.#serverMs !== null && drift > -1000 && drift <= 0) return;
    this.#serverMs = instantMs;
    this.#heardAtMs = this.steadyMs();
  }

  nowMs(): number {
    return this.#serverMs === null ? this.wallMs() : this.#serverMs + (this.steadyMs() - this.#heardAtMs);
  }

  now(): string {
    return new Date(this.nowMs()).toISOString();
  }

  /** How long until the instant; never below nothing. */
  leftMs(instant: string): number {
    return Math.max(0, Date.parse(instant) - this.nowMs());
  }
}

export const serverClock = new ServerClock(
  () => performance.now(),
  () => Date.now(),
);
