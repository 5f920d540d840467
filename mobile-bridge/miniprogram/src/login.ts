// Logging in by WeChat's account, without a page where it is bound already. One attempt at a time; reports its state.
// Temporary failures are retried automatically. It must not show anything; pages watch it. A WeChat outage does not prevent
// a check-in: the phone number is another way.

import {
  hold,
  is_bound,
  make_retry,
  with_work,
  type Answer,
  type Api,
  type Binding,
  type Login,
  type Outbox,
  type Pause,
  type Platform,
  type Problem,
  type ServerClock,
} from '@zaichang/core';
import type { Proof, WechatApi, WechatLogin as WechatAnswer } from '@zaichang/core';
import { NO_ANSWER, problem_in } from './trouble.ts';
import type { Who } from './who.ts';

export type Standing =
  | { is: 'idle' | 'working' | 'in' }
  /** No person is bound to this WeChat account yet. */
  | { is: 'not_bound'; ticket: string; until: number }
  /** Until the next try is answered. */
  | { is: 'trouble'; problem: Problem };

export interface WechatLogin {
  standing(): Standing;
  /** What the next try waits for; null when that takes the person's tap. */
  pause(): Pause | null;
  /** Asks at once. */
  try_now(): Promise<void>;
  /** WeChat or the service is being asked. */
  asks(): boolean;
  watch(watcher: () => void): () => void;
  /** Logs in where no tap is needed, unless the person has logged out. */
  quietly(): Promise<void>;
  /** The same on the person's own tap: it also logs in a person who has logged out. */
  on_request(): Promise<void>;
  /** Whether the person has logged out, and has to ask before WeChat is asked again. */
  stays_out(): boolean;
  bind(binding: Unticketed): Promise<Answer<Login>>;
  by_phone(proof: Proof): Promise<Answer<Login>>;
  log_out(): Promise<boolean>;
  /** Undoes the binding and logs out; returns why that failed, or null. */
  unbind(): Promise<Problem | null>;
  /** The server no longer knows the session. */
  lost(): void;
}

/** A binding without its ticket. */
export type Unticketed = Binding extends infer B
  ? B extends Binding
    ? Omit<B, 'bind_ticket'>
    : never
  : never;

export interface LoginParts {
  api: Api;
  wechat: WechatApi;
  outbox(): Outbox;
  who: Who;
  platform: Platform;
  clock: ServerClock;
}

/** WeChat gave no code. */
const SILENT = { is: 'no_answer' } as const;

/** After a logout there is no automatic login. */
const STAYS_OUT = 'zaichang.stays_out';

export function wechat_login({ api, wechat, outbox, who, platform, clock }: LoginParts): WechatLogin {
  const { storage } = platform;
  const watchers = new Set<() => void>();
  let standing: Standing = { is: who.read() === null ? 'idle' : 'in' };
  let under_way: Promise<void> | null = null;
  let asks = false;
  const retry = make_retry(
    platform,
    clock,
    () => void quietly(),
    () => stand(standing),
  );

  function stand(is: Standing): void {
    standing = is;
    watchers.forEach((watcher) => watcher());
  }

  function come_in({ person, session, pass }: Login, handed_in: string | null): void {
    // A mini-program's login always brings its session; without one nothing else could be asked.
    if (session) who.keep(person, session);
    storage.remove(STAYS_OUT);
    retry.stop();
    outbox().logged_in(person.id, handed_in, pass?.pass ?? null);
    stand({ is: 'in' });
  }

  async function ask(): Promise<void> {
    asks = true;
    stand(standing.is === 'trouble' ? standing : { is: 'working' });
    const js_code = await code_of_wechat();
    const handed_in = outbox().anonymous_pass();
    const log_in = (work?: string): Promise<Answer<WechatAnswer>> =>
      js_code === null ? Promise.resolve(SILENT) : wechat.log_in(js_code, handed_in, work);
    const answer = await with_work(platform.clock, log_in);
    asks = false;
    // A login by phone has happened meanwhile, maybe of another person.
    if (who.read() !== null) return;
    retry.heard(answer);
    if (answer.is !== 'value') {
      hold(outbox(), problem_in(answer));
      return stand({ is: 'trouble', problem: problem_in(answer) });
    }
    if (is_bound(answer.value)) return come_in(answer.value, handed_in);
    const { bind_ticket: ticket, expires_at } = answer.value;
    stand({ is: 'not_bound', ticket, until: Date.parse(expires_at) });
  }

  function once(): Promise<void> {
    under_way ??= ask().finally(() => (under_way = null));
    return under_way;
  }

  /** Filling in a form may take longer than a ticket lives. */
  async function ticket(): Promise<string | null> {
    if (standing.is === 'not_bound' && standing.until > clock.now()) return standing.ticket;
    await once();
    return standing.is === 'not_bound' ? standing.ticket : null;
  }

  async function entered(
    call: (pass: string | null, work?: string) => Promise<Answer<Login>>,
  ): Promise<Answer<Login>> {
    const handed_in = outbox().anonymous_pass();
    const answer = await with_work(platform.clock, (work) => call(handed_in, work));
    if (answer.is === 'value') come_in(answer.value, handed_in);
    else hold(outbox(), problem_in(answer));
    return answer;
  }

  async function bind_with(binding: Unticketed): Promise<Answer<Login>> {
    const bind_ticket = await ticket();
    if (bind_ticket !== null)
      return entered((pass, work) => wechat.bind({ ...binding, bind_ticket }, pass, work));
    const problem = standing.is === 'trouble' ? standing.problem : NO_ANSWER;
    return problem === NO_ANSWER ? { is: 'no_answer' } : { is: 'refused', problem };
  }

  function leave(): void {
    forget();
    outbox().logged_out();
  }

  function forget(): void {
    who.forget();
    retry.stop();
    stand({ is: 'idle' });
  }

  async function quietly(): Promise<void> {
    const known = standing.is === 'not_bound' && standing.until > clock.now();
    if (!known && who.read() === null && storage.read(STAYS_OUT) === null) await once();
  }

  return {
    standing: () => standing,
    pause: retry.pause,
    try_now: quietly,
    asks: () => asks,
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    quietly,
    on_request() {
      storage.remove(STAYS_OUT);
      return quietly();
    },
    stays_out: () => storage.read(STAYS_OUT) !== null,
    async bind(binding) {
      storage.remove(STAYS_OUT);
      const answer = await bind_with(binding);
      // Used up, or too old by the server's clock: another one takes no tap.
      const used_up = answer.is === 'refused' && answer.problem.code === 'wechat_ticket_invalid';
      if (!used_up) return answer;
      stand({ is: 'idle' });
      return bind_with(binding);
    },
    by_phone: (proof) => entered((pass, work) => api.log_in(proof, pass, work)),
    async log_out() {
      const answer = await api.log_out();
      // A session that the server no longer knows has ended as well.
      if (answer.is === 'no_answer') return false;
      storage.write(STAYS_OUT, 'yes');
      leave();
      return true;
    },
    async unbind() {
      let answer = await wechat.unbind();
      if (answer.is === 'refused' && answer.problem.code === 'login_required') {
        // The session has ended elsewhere, with the binding or without it: WeChat's login will show which.
        leave();
        await once();
        if (standing.is === 'not_bound') return null;
        if (standing.is === 'trouble') return standing.problem;
        answer = await wechat.unbind();
      }
      if (answer.is !== 'value') return problem_in(answer);
      leave();
      return null;
    },
    lost: forget,
  };
}

/** WeChat's own code, good for one use within minutes; null when WeChat gives none. */
const code_of_wechat = (): Promise<string | null> =>
  new Promise((resolve) => {
    wx.login({
      timeout: 8_000,
      success: ({ code }) => resolve(code || null),
      fail: () => resolve(null),
    });
  });
