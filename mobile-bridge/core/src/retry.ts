// The pause before an automatic retry, while the obstacle is temporary: for requests that the outbox does
// not carry, like an automatic login. Same delays as the outbox. It must not know what is asked.

import type { Wait } from './attempt.ts';
import { retry_delay, wake_delay } from './backoff.ts';
import type { Platform } from './platform.ts';
import type { ServerClock } from './server-clock.ts';
import { wait_of } from './verdict.ts';
import type { Answer } from './wire/read.ts';

export interface Pause {
  wait: Wait;
  /** Server Unix ms. */
  retry_at: number;
}

export interface Retry {
  /** Null when there is nothing to wait for: it was answered, or another try takes a tap. */
  pause(): Pause | null;
  /** Begins the pause that the answer asks for; none after a value, nor after a refusal that stands. */
  heard(answer: Answer<unknown>): void;
  /** Stops the wait. */
  stop(): void;
}

/** Calls `again` at the end of each pause, and `changed` when one has become shorter. */
export function make_retry(
  { clock, random, on_wake }: Platform,
  server: ServerClock,
  again: () => void,
  changed: () => void,
): Retry {
  let pause: Pause | null = null;
  let tries = 0;
  let cancel_timer = (): void => {};

  function rest(next: Pause | null): void {
    cancel_timer();
    pause = next;
    if (next !== null) cancel_timer = clock.after(Math.max(0, next.retry_at - server.now()), again);
  }

  function stop(): void {
    tries = 0;
    rest(null);
  }

  on_wake((why) => {
    const now = server.now();
    const retry_at = now + wake_delay(random);
    // A pause that is over has brought its try about.
    const earlier = pause?.wait === 'line' && pause.retry_at > now && retry_at < pause.retry_at;
    if (pause === null || !earlier || why === 'storage') return;
    rest({ ...pause, retry_at });
    changed();
  });

  return {
    pause: () => pause,
    heard(answer) {
      const wait = wait_of(answer);
      if (wait === null) return stop();
      const asked_ms = answer.is === 'refused' ? (answer.problem.retry_after_ms ?? 0) : 0;
      rest({ wait, retry_at: server.now() + retry_delay(tries, asked_ms, random) });
      tries += 1;
    },
    stop,
  };
}
