// One visit: the app's scanner and word on one side, the core's outbox on the other, and what of both is to be shown.
// It must not know how it is drawn.

import {
  api_over,
  courier,
  is_answered,
  make_outbox,
  read_scanned,
  server_clock,
  shelf_in,
  watch_spot_check,
} from '@zaichang/core';
import type { Attempt, Person, Problem, SpotCheckWatch, SpotNotice } from '@zaichang/core';
import type { Host } from './host.ts';
import { log_in } from './log-in.ts';
import type { AppPlatform } from './platform.ts';

export interface Shown {
  person: Person | null;
  /** The scan that the visit is about; null before there is one. */
  attempt: Attempt | null;
  /** Why nobody is logged in. */
  trouble: Problem | null;
  /** What was scanned instead of a check-in code, or why there was no scan. */
  instead: 'damaged' | 'address' | 'wechat' | 'payment' | 'text' | 'denied' | 'unavailable' | null;
  busy: 'logging_in' | 'scanning' | null;
  /** Whether the holder of the result is to scan again. */
  spot: SpotNotice | null;
  now: number;
}

export interface Visit {
  shown(): Shown;
  scan(): Promise<void>;
  log_in(): Promise<void>;
  try_now(): void;
  /** Back to the beginning; false when the visit is there. */
  leave_attempt(): boolean;
  /** Whether anybody looks at the page. */
  look(seen: boolean): void;
  close(): void;
}

export function begin_visit(
  platform: AppPlatform,
  host: Host,
  audience: string,
  server_now: string,
  changed: () => void,
): Visit {
  const clock = server_clock(platform.clock, server_now);
  const client = { kind: 'app' as const, device_id: host.device_id };
  const api = api_over(platform, client);
  const outbox = make_outbox({
    platform,
    clock,
    courier: courier(api, clock.now, platform.random),
    shelf: shelf_in(platform.storage),
    on_session_lost: () => void log_in_again(),
  });
  let person: Person | null = null;
  let code: string | null = null;
  let trouble: Problem | null = null;
  let instead: Shown['instead'] = null;
  let busy: Shown['busy'] = null;
  let logging_in: Promise<void> | null = null;
  let felt: string | null = null;
  /** Logins since the last answer: a session that is forgotten as soon as it is given is not asked for again and again. */
  let lost = 0;

  let spot: { receipt: string; watch: SpotCheckWatch } | null = null;
  let looked_at = true;

  const attempt = (): Attempt | null => (code === null ? null : outbox.find(code));

  function take(text: string): void {
    const scanned = read_scanned(text);
    instead = scanned.is === 'code' ? null : scanned.is === 'damaged' ? 'damaged' : scanned.kind;
    if (scanned.is === 'code') {
      code = scanned.code;
      outbox.scan(scanned.code);
      follow();
      if (person === null) void enter();
    }
    changed();
  }

  async function scan(): Promise<void> {
    if (busy === 'scanning') return;
    busy = 'scanning';
    instead = null;
    changed();
    const scanned = await host.scan();
    busy = null;
    if (scanned.is === 'text') return take(scanned.text);
    // Who has closed the scanner knows it.
    if (scanned.code !== 'cancelled') instead = scanned.code === 'denied' ? 'denied' : 'unavailable';
    changed();
  }

  function enter(): Promise<void> {
    logging_in ??= ask_to_log_in().finally(() => {
      logging_in = null;
      changed();
    });
    changed();
    return logging_in;
  }

  async function ask_to_log_in(): Promise<void> {
    trouble = null;
    const handed_in = outbox.anonymous_pass();
    const answer = await log_in(platform, host, client, audience, handed_in);
    if (answer.is === 'person') {
      const { login } = answer;
      person = login.person;
      platform.hold(login.session ?? null);
      outbox.logged_in(person.id, handed_in, login.pass?.pass ?? null);
    } else trouble = answer.is === 'refused' ? answer.problem : { code: 'no_answer', status: 0 };
  }

  async function log_in_again(): Promise<void> {
    person = null;
    platform.hold(null);
    lost += 1;
    if (lost < 2) return enter();
    trouble = { code: 'login_required', status: 401 };
    changed();
  }

  /** A spot check is asked after for the result on screen, while somebody looks at it. */
  function follow(): void {
    const now = attempt();
    const receipt = now !== null && 'receipt' in now ? now.receipt : null;
    if (spot?.receipt !== receipt) {
      spot?.watch.rest();
      spot = receipt === null ? null : { receipt, watch: watch_spot_check(platform, receipt, changed) };
    }
    if (looked_at) spot?.watch.look();
    else spot?.watch.rest();
  }

  /** An answer is felt once. */
  function feel(): void {
    const now = attempt();
    if (now === null || !is_answered(now) || felt === now.code) return;
    felt = now.code;
    lost = 0;
    outbox.seen(now.code);
    host.haptic(now.state === 'refused' ? 'warning' : 'success');
  }

  function leave_attempt(): boolean {
    const left = code !== null;
    code = null;
    follow();
    changed();
    return left;
  }

  outbox.watch(() => {
    feel();
    follow();
    changed();
  });
  outbox.open(null);
  // What an earlier visit left under way is what this one is about, until something is scanned.
  code = outbox.all().find((kept) => !is_answered(kept) || !kept.seen)?.code ?? null;
  host.on_scanned(take);
  host.on_back(leave_attempt);
  platform.on_wake((why) => {
    if (why === 'line' && trouble?.code === 'no_answer') void enter();
  });
  void enter();

  return {
    shown: () => ({
      person,
      attempt: attempt(),
      trouble,
      instead,
      busy: busy ?? (logging_in === null ? null : 'logging_in'),
      spot: spot?.watch.notice() ?? null,
      now: clock.now(),
    }),
    look(seen) {
      looked_at = seen;
      follow();
    },
    scan,
    log_in: enter,
    try_now: () => code !== null && outbox.try_now(code),
    leave_attempt,
    close: () => host.close(),
  };
}
