// The server's time, kept as an offset to the phone's clock, which is not trusted.
// It must not know what the time is used for.

import type { Clock } from './platform.ts';

export interface ServerClock {
  /** Unix milliseconds by the server, as well as this page knows. */
  now(): number;
}

export function server_clock(clock: Clock, server_now: string): ServerClock {
  const ahead_ms = Date.parse(server_now) - clock.now();
  return { now: () => clock.now() + (ahead_ms || 0) };
}
