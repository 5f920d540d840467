// The connection to the server: connects, says hello, checks the heartbeat, and reconnects after every loss.
// It must not know what frames mean, the page or the browser: socket, timers and randomness are passed in.
import { retryDelay } from './backoff';
import type { Credentials } from './credentials';
import { type Frame, parseFrame } from './protocol';

/** From the first packet to the welcome. */
export const WELCOME_WITHIN_MS = 6_000;
/** The heartbeat. A connection that carries nothing at all for this long after a ping is dead, whatever the socket says. */
export const HEARD_WITHIN_MS = 4_000;
/** A connection that held this long was good: the next loss starts counting from zero. */
export const STEADY_MS = 10_000;

const REFUSED = 4401;
const SCREEN_CLOSED = 4410;

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((closing: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Timers {
  set(run: () => void, ms: number): number;
  clear(timer: number): void;
}

/** `askedAt`: when the question was sent that this frame answers, on the monotonic counter. */
export type LineEvent =
  | { type: 'frame'; frame: Frame; askedAt: number | null }
  | { type: 'lost' }
  | { type: 'refused' }
  | { type: 'ended' };

export interface LineParts {
  open(): Socket;
  timers: Timers;
  random(): number;
  mono(): number;
  credentials: Credentials;
  tell(event: LineEvent): void;
}

export interface Line {
  /** There is something new to say hello with: begin again, even after the end. */
  start(): void;
  /** The current connection cannot be trusted: drop it and connect again at once, unless the session is over. */
  renew(): void;
  /** The connection is up, but expected data does not arrive: treat it as lost. */
  giveUp(): void;
  /** The browser came back to life or online: check the connection now instead of at the next tick. */
  nudge(): void;
}

export function createLine({ open, timers, random, mono, credentials, tell }: LineParts): Line {
  let socket: Socket | null = null;
  let timer: number | null = null;
  let failures = 0;
  let upSince: number | null = null;
  let askedAt: number | null = null;
  let heard = false;
  let over = false;
  /** Over so long the pages of this node come back when it ends: people who check in have lost their connections as well. */
  let togetherMs = 0;

  function next(run: () => void, ms: number): void {
    if (timer !== null) timers.clear(timer);
    timer = timers.set(() => {
      timer = null;
      run();
    }, ms);
  }

  /** A dropped socket may still close, or even send data, minutes later: its events are ignored. */
  function leave(): void {
    if (timer !== null) timers.clear(timer);
    timer = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    socket = upSince = askedAt = null;
  }

  function stop(type: 'refused' | 'ended'): void {
    leave();
    over = true;
    tell({ type });
  }

  /** `atLeastMs`: how long the time is over which this page may come back, whatever failed before. */
  function lose(atLeastMs = togetherMs): void {
    if (upSince !== null && mono() - upSince >= STEADY_MS) failures = 0;
    leave();
    next(connect, retryDelay(failures++, atLeastMs, random));
    tell({ type: 'lost' });
  }

  function connect(): void {
    const hello = credentials.hello();
    if (!hello) return stop('refused');
    next(lose, WELCOME_WITHIN_MS);
    try {
      socket = open();
    } catch {
      return lose();
    }
    socket.onopen = () => ask({ type: 'hello', ...hello });
    socket.onmessage = (message) => hear(parseFrame(message.data));
    socket.onclose = ({ code }) => closed(code);
  }

  function ask(question: object): void {
    askedAt = mono();
    socket?.send(JSON.stringify(question));
  }

  function closed(code: number): void {
    if (code === SCREEN_CLOSED) {
      credentials.forget();
      return stop('ended');
    }
    if (code !== REFUSED) return lose();
    credentials.refused();
    leave();
    connect();
  }

  function hear(frame: Frame | null): void {
    heard = true;
    if (!frame || (upSince === null) !== (frame.type === 'welcome')) return;
    const answers = frame.type === 'welcome' || frame.type === 'pong';
    const event = { type: 'frame' as const, frame, askedAt: answers ? askedAt : null };
    if (answers) askedAt = null;
    if (frame.type === 'pong') togetherMs = frame.reconnectWithinMs;
    if (frame.type === 'welcome') {
      credentials.welcomed(frame.resume);
      upSince = mono();
      probe();
    }
    tell(event);
  }

  /** One question at a time, so that an answer always belongs to the question before it. */
  function probe(): void {
    heard = false;
    if (askedAt === null) ask({ type: 'ping' });
    // A throttled tab runs this late; it judges by what was received, not by how late it is.
    next(() => (heard ? probe() : lose(0)), HEARD_WITHIN_MS);
  }

  function renew(): void {
    if (over) return;
    leave();
    connect();
  }

  return {
    start() {
      over = false;
      renew();
    },
    renew,
    giveUp: () => lose(0),
    nudge() {
      if (!socket) renew();
      else if (upSince !== null && askedAt === null) probe();
    },
  };
}
