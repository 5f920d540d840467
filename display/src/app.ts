// The page's main loop: the connection reports events, the page state changes, every frame draws the current look.
// It must not know the browser: clocks, timers, socket, tab and view are passed in.
import { createServerClock } from './clock';
import type { Credentials } from './credentials';
import { createLine, type Socket, type Timers } from './line';
import { type Look, look } from './look';
import { emptyPage, type Event, reduce } from './page';
import type { Code } from './protocol';

export interface Surroundings {
  openSocket(): Socket;
  timers: Timers;
  random(): number;
  /** A counter that never goes back, and the local wall clock, which is only asked whether the machine slept. */
  mono(): number;
  wall(): number;
  credentials: Credentials;
  /** Whether the tab is visible. A hidden tab is not drawn, so that nothing old shows when it wakes up. */
  visible(): boolean;
  draw(look: Look): void;
}

export interface App {
  /** Draws the page as it is now. Call it on every frame, and on every browser event that shows the page is active. */
  beat(): void;
  /** The tab was shown again, restored, or the network came back. */
  wake(): void;
  offer(ticket: string): void;
}

export function createApp(around: Surroundings): App {
  const { timers, random, mono, wall, credentials } = around;
  const clock = createServerClock(mono, wall);
  let page = emptyPage;
  let watched: Code | null = null;
  let expiry: number | null = null;

  const line = createLine({
    open: around.openSocket,
    timers,
    random,
    mono,
    credentials,
    tell(event) {
      if (event.type === 'frame') {
        const { frame, askedAt } = event;
        if ('serverNow' in frame) clock.observe(frame.serverNow, askedAt);
      }
      change(event);
    },
  });

  function change(event: Event): void {
    page = reduce(page, event, clock.now());
    beat();
  }

  function beat(): void {
    if (clock.slept()) {
      clock.forget();
      page = reduce(page, { type: 'time_lost' }, null);
      line.renew();
    }
    const now = clock.now();
    const seen = look(page, now);
    if (seen.mood === 'down' && page.line === 'up') return line.giveUp();
    around.draw(around.visible() ? seen : { ...seen, code: null });
    watchFor(seen.code, now);
  }

  /** Frames stop in a hidden tab. The end of a code does not wait for them. */
  function watchFor(code: Code | null, now: number | null): void {
    if (code === watched) return;
    if (expiry !== null) timers.clear(expiry);
    expiry = null;
    watched = code;
    if (!code || now === null) return;
    expiry = timers.set(
      () => {
        watched = expiry = null;
        beat();
      },
      Math.ceil(code.validUntil - now),
    );
  }

  line.start();
  beat();

  return {
    beat,
    wake() {
      line.nudge();
      beat();
    },
    offer(ticket) {
      credentials.offer(ticket);
      page = reduce(page, { type: 'restarted' }, clock.now());
      line.start();
      beat();
    },
  };
}
