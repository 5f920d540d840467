// A simulated browser and server for the tests: a clock set by hand, timers that fire with it, sockets that record.
// It must not decide what is right: it only simulates the browser and the server.
import { createApp, type App } from '../src/app';
import { createCredentials, type Credentials, type Drawer } from '../src/credentials';
import type { Socket, Timers } from '../src/line';
import type { Look } from '../src/look';

export const START = Date.parse('2026-11-21T01:00:00Z');
export const iso = (ms: number): string => new Date(ms).toISOString();

/** The monotonic counter, the wall clock and the timers of one machine. */
export class Machine {
  monoNow = 5_000;
  wallNow = START;
  timersRun = true;
  private nextId = 1;
  private readonly pending = new Map<number, { at: number; run: () => void }>();

  mono = (): number => this.monoNow;
  wall = (): number => this.wallNow;
  timers: Timers = {
    set: (run, ms) => {
      this.pending.set(this.nextId, { at: this.monoNow + ms, run });
      return this.nextId++;
    },
    clear: (timer) => void this.pending.delete(timer),
  };

  get timersPending(): number {
    return this.pending.size;
  }

  /** Time passes, and the timers that fall due run in order. */
  pass(ms: number): void {
    const end = this.monoNow + ms;
    for (;;) {
      const due = Array.from(this.pending.entries()).sort((a, b) => a[1].at - b[1].at)[0];
      if (!this.timersRun || !due || due[1].at > end) break;
      this.pending.delete(due[0]);
      this.move(Math.max(0, due[1].at - this.monoNow));
      due[1].run();
    }
    this.move(end - this.monoNow);
  }

  /** Time passes and no timer runs: a throttled, frozen or covered tab. */
  stall(ms: number): void {
    this.move(ms);
  }

  /** A sleep that stops the monotonic counter, as Linux and macOS do. */
  sleep(ms: number): void {
    this.wallNow += ms;
  }

  private move(ms: number): void {
    this.monoNow += ms;
    this.wallNow += ms;
  }
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((closing: { code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  left = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.left = true;
  }
  opens(): void {
    this.onopen?.();
  }
  says(frame: object | string): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  closes(code: number): void {
    this.onclose?.({ code });
  }
  get pings(): number {
    return this.sent.filter((frame) => frame.type === 'ping').length;
  }
}

export class MemoryDrawer implements Drawer {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

export const course = {
  title: '冠状动脉介入治疗新进展',
  project_number: '2025-11-01-033 (国)',
  project_name: '心血管疾病规范化诊疗培训班',
  venue: '国际会议中心',
  place: '主会场',
  period: [{ from: '2026-11-20', to: '2026-11-22' }],
  cap: 300,
  opens: '07:00',
  closes: '18:00',
};

/** What the server would send; `now` is its own clock. */
export const frames = {
  welcome: (now: number) => ({
    type: 'welcome',
    screen: 7,
    resume: 'resume-7',
    server_now: iso(now),
    course,
  }),
  code: (seq: number, from: number, until: number, now = from) => ({
    type: 'code',
    seq,
    url: 'HTTPS://QD.CN/C/ABC',
    size: 29,
    path: `M0 ${seq % 29}h7v1h-7z`,
    valid_from: iso(from),
    valid_until: iso(until),
    server_now: iso(now),
  }),
  count: (seq: number, attendees: number, at: number) => ({
    type: 'count',
    seq,
    attendees,
    check_ins: attendees + 3,
    seats_taken: attendees + 5,
    cap: 300,
    at: iso(at),
  }),
  state: (seq: number, state: string, more: object = {}) => ({
    type: 'state',
    seq,
    state,
    reason: null,
    opens_at: null,
    ...more,
  }),
  spotCheck: (seq: number, closesAt: number | null, now: number) => ({
    type: 'spot_check',
    seq,
    closes_at: closesAt === null ? null : iso(closesAt),
    server_now: iso(now),
  }),
  pong: (now: number) => ({ type: 'pong', server_now: iso(now) }),
};

/** The whole page but for its drawing: every look that would have been drawn is kept. */
export class World {
  readonly machine = new Machine();
  readonly sockets: FakeSocket[] = [];
  readonly drawer = new MemoryDrawer();
  readonly credentials: Credentials;
  readonly app: App;
  readonly looks: Look[] = [];
  shown = true;
  chance = 0.5;
  /** The server's clock minus the wall clock of this machine. */
  serverAhead = 0;

  constructor({ ticket = 'ticket-1' as string | null, serverAhead = 0 } = {}) {
    this.serverAhead = serverAhead;
    this.credentials = createCredentials(this.drawer, '7');
    if (ticket !== null) this.credentials.offer(ticket);
    this.app = createApp({
      openSocket: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      timers: this.machine.timers,
      random: () => this.chance,
      mono: this.machine.mono,
      wall: this.machine.wall,
      credentials: this.credentials,
      visible: () => this.shown,
      draw: (look) => void this.looks.push(look),
    });
  }

  /** The true time of the server, which the page can only learn from its messages. */
  get serverNow(): number {
    return this.machine.wallNow + this.serverAhead;
  }
  get socket(): FakeSocket {
    return this.sockets[this.sockets.length - 1]!;
  }
  get look(): Look {
    return this.looks[this.looks.length - 1]!;
  }

  connects(): void {
    this.socket.opens();
    this.socket.says(frames.welcome(this.serverNow));
  }

  /** Connected, open, and showing code `seq` that ends in three seconds. */
  opens(seq = 10): void {
    this.connects();
    this.socket.says(frames.state(seq - 2, 'open'));
    this.socket.says(frames.count(seq - 1, 128, this.serverNow));
    this.socket.says(frames.code(seq, this.serverNow, this.serverNow + 3_000));
  }

  answersPings(): void {
    if (this.socket.sent[this.socket.sent.length - 1]?.type === 'ping') {
      this.socket.says(frames.pong(this.serverNow));
    }
  }
}
