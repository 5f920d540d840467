// A phone with WeChat, and the service behind it, for one test; time stands until it is moved.
// What a test may do besides a person's actions: replace a reply of the service, drop the connection at a moment.

import { CONSENT } from '@zaichang/core';
import { vi } from 'vitest';
import { BUILT, ORIGIN } from './places.ts';
import { Service, type HttpRequest } from './service.ts';
import { timers_of_the_program } from './timers.ts';
import { Wechat, settle } from './wechat.ts';

export const NOW = Date.parse('2026-11-21T01:02:13Z');

type Reply = { status: number; json: unknown };

export interface Setup {
  service: Service;
  wechat: Wechat;
  refuse(path: string, reply: Reply): void;
  after(path: string, happen: () => void): void;
  /** No reply comes for this path, until the returned function lets the service give them. */
  stall(path: string): () => void;
  /** A person has used this phone before, and is logged in. */
  log_in(): Promise<void>;
  /** The provider's result for every check that is made. */
  face(said: 'passed' | 'failed'): (verify_id: string) => void;
}

let on_stage: Setup | null = null;

export function begin(built = BUILT): Setup {
  vi.useFakeTimers({
    now: NOW,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const service = new Service();
  const refused = new Map<string, Reply>();
  const afterwards = new Map<string, () => void>();
  const stalled = new Map<string, (() => void)[]>();
  const answer = (asked: HttpRequest): Reply | Promise<Reply> => {
    const waiting = stalled.get(asked.path);
    if (waiting) return new Promise((reply) => waiting.push(() => reply(service.answer(asked))));
    const reply = refused.get(asked.path) ?? service.answer(asked);
    afterwards.get(asked.path)?.();
    return reply;
  };
  const wechat = new Wechat(answer, timers_of_the_program(), ORIGIN, built);
  // The privacy notice has been agreed to; a test that is about it forgets that.
  wechat.kept.set(CONSENT, 'kept');
  on_stage = {
    service,
    wechat,
    refuse: (path, reply) => refused.set(path, reply),
    after: (path, happen) => afterwards.set(path, happen),
    stall(path) {
      const waiting: (() => void)[] = [];
      stalled.set(path, waiting);
      return () => {
        stalled.delete(path);
        waiting.forEach((reply) => reply());
      };
    },
    async log_in() {
      await wechat.launch('home');
      wechat.kill();
      wechat.asked.length = 0;
    },
    face: (said) => (verify_id) => {
      const check = service.core.face_checks[Number(verify_id.slice(2))];
      if (check !== undefined) check.said = said;
    },
  };
  return on_stage;
}

export function end(): void {
  on_stage?.wechat.kill();
  vi.restoreAllMocks();
  vi.useRealTimers();
}

export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** As WeChat hands an address over: encoded once. */
export const q_of = (text: string): string => encodeURIComponent(text);
