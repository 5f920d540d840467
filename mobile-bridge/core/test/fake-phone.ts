// A phone in memory: its clock moves only when a test moves it, its connection is scripted, its storage outlives pages.
// It knows no check-in: the server it talks to is handed in.

import type { HttpReply, HttpRequest, Platform, Wake } from '../src/platform.ts';

export type Line = 'up' | 'down' | 'loses_requests' | 'loses_replies' | 'portal';

interface Timer {
  at: number;
  run: () => void;
}

/** Lets all pending promises settle. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class FakePhone {
  now = Date.parse('2026-11-21T01:00:00Z');
  line: Line = 'up';
  latency_ms = 0;
  stored = new Map<string, string>();
  /** Called when a request leaves; what it returns is called if and when the request arrives. */
  leaving: (request: HttpRequest) => () => HttpReply;
  requests: HttpRequest[] = [];
  #timers = new Set<Timer>();
  #random: () => number;

  constructor(leaving: (request: HttpRequest) => () => HttpReply, random: () => number = () => 0.5) {
    this.leaving = leaving;
    this.#random = random;
  }

  /** One opened page. `close` takes its timers and listeners away, as closing a page does. */
  page(): { platform: Platform; wake(why: Wake): void; close(): void } {
    const timers = new Set<Timer>();
    const listeners = new Set<(why: Wake) => void>();
    let closed = false;
    const after = (delay_ms: number, run: () => void): (() => void) => {
      const timer = { at: this.now + delay_ms, run };
      timers.add(timer);
      this.#timers.add(timer);
      return () => void (timers.delete(timer), this.#timers.delete(timer));
    };
    const platform: Platform = {
      send: (request) => this.#send(request, after, () => closed),
      storage: {
        keys: () => [...this.stored.keys()],
        read: (key) => this.stored.get(key) ?? null,
        write: (key, text) => void this.stored.set(key, text),
        remove: (key) => void this.stored.delete(key),
      },
      clock: { now: () => this.now, after },
      random: this.#random,
      on_wake: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const close = (): void => {
      closed = true;
      for (const timer of timers) this.#timers.delete(timer);
      listeners.clear();
    };
    return { platform, wake: (why) => listeners.forEach((listener) => listener(why)), close };
  }

  /** Moves time on, running what falls due in its order. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.now = Math.max(this.now, due.at);
      due.run();
      await settle();
    }
    this.now = until;
  }

  #send(
    request: HttpRequest,
    after: (delay_ms: number, run: () => void) => () => void,
    closed: () => boolean,
  ): Promise<HttpReply> {
    this.requests.push(request);
    const line = this.line;
    const arriving = this.leaving(request);
    return new Promise((resolve, reject) => {
      const arrive = (): void => {
        if (line === 'down' || line === 'loses_requests') return reject(new Error('no line'));
        if (line === 'portal') return resolve({ status: 200, json: undefined });
        const reply = arriving();
        if (line === 'loses_replies') return reject(new Error('the reply was lost'));
        if (!closed()) resolve(reply);
      };
      if (this.latency_ms === 0) arrive();
      else after(this.latency_ms, arrive);
    });
  }
}
