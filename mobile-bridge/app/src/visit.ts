// One visit: the app's scanner and the entry on one side, the core's outbox on the other, and what of all is to be shown.
// It must not know how it is drawn.

import {
  api_over,
  consent_over,
  sender,
  is_answered,
  is_held,
  make_outbox,
  may_follow,
  nth_today,
  present_again,
  read_scanned,
  server_clock,
  store_in,
  watch_spot_check,
} from '@zaichang/core';
import type { Attempt, Pause, Person, Problem, Recorded, SpotCheckWatch, SpotNotice } from '@zaichang/core';
import { make_entry } from './entry.ts';
import type { Host } from './host.ts';
import type { AppPlatform } from './platform.ts';

export interface Shown {
  person: Person | null;
  /** The scan that the visit is about; null before there is one. */
  attempt: Attempt | null;
  /** Why no person is logged in. */
  trouble: Problem | null;
  /** What the login waits for before it is tried again automatically; null when that takes a tap. */
  pause: Pause | null;
  /** Whether the privacy notice has been agreed to: before that there is no login. */
  consented: boolean;
  /** It was answered with no, this time. */
  declined: boolean;
  /** Which of the person's check-ins of the day the result is, once that is known; null for the first. */
  nth: ReturnType<typeof nth_today>;
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
  agree(): Promise<void>;
  decline(): void;
  try_now(): void;
  /** The pass that came with the refusal; the login that it takes comes first. */
  submit_again(): Promise<void>;
  /** Back to the beginning; false when the visit is already there. */
  leave_attempt(): boolean;
  /** Whether the page is visible. */
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
    sender: sender(api, clock.now, platform.random),
    store: store_in(platform.storage),
    on_session_lost: () => entry.lost(),
  });
  const entry = make_entry({ platform, clock, host, client, audience, outbox: () => outbox, changed });
  const consent = consent_over(platform, 'app');
  let declined = false;
  let nth: Shown['nth'] = null;
  let code: string | null = null;
  let instead: Shown['instead'] = null;
  let scanning = false;
  let felt: string | null = null;
  let spot: { receipt: string; watch: SpotCheckWatch } | null = null;
  let looked_at = true;

  const attempt = (): Attempt | null => (code === null ? null : outbox.find(code));

  /** The app is not asked whose phone it is before the notice is agreed to; the server is told of that once it knows whose it is. */
  async function enter(): Promise<void> {
    if (!consent.is_given()) return;
    await entry.enter();
    if (entry.person() !== null) void consent.keep();
  }

  async function agree(): Promise<void> {
    consent.give();
    changed();
    await enter();
    present(true);
  }

  function take(text: string): void {
    const scanned = read_scanned(text);
    instead = scanned.is === 'code' ? null : scanned.is === 'damaged' ? 'damaged' : scanned.kind;
    if (scanned.is === 'code') {
      code = scanned.code;
      outbox.scan(scanned.code);
      follow();
      if (entry.person() === null) void enter();
    }
    changed();
  }

  async function scan(): Promise<void> {
    if (scanning) return;
    scanning = true;
    instead = null;
    changed();
    const scanned = await host.scan();
    scanning = false;
    if (scanned.is === 'text') return take(scanned.text);
    // A person who has closed the scanner needs no notice of it.
    if (scanned.code !== 'cancelled') instead = scanned.code === 'denied' ? 'denied' : 'unavailable';
    changed();
  }

  /** A spot check is asked about for the result on screen, while the page is visible. */
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

  /** Vibrates once per answer. */
  function feel(): void {
    const now = attempt();
    if (now === null || !is_answered(now) || felt === now.code) return;
    felt = now.code;
    entry.proved();
    outbox.seen(now.code);
    host.haptic(now.state === 'refused' ? 'warning' : 'success');
    nth = null;
    if (now.state !== 'refused') void count(now);
  }

  /** Read from the person's own records, once the result is on screen: left out where they cannot be read. */
  async function count({ code: counted, check_in }: Recorded): Promise<void> {
    const answer = await api.records(null);
    if (answer.is !== 'value' || code !== counted) return;
    nth = nth_today(check_in, answer.value);
    changed();
  }

  /** Automatically only when the visit begins: the approval may have come since the last one. */
  function present(by_itself: boolean): void {
    const now = attempt();
    const person = entry.person();
    if (now === null || person === null || (by_itself && !may_follow(now, clock.now()))) return;
    present_again(outbox, now, person.id);
  }

  async function submit_again(): Promise<void> {
    if (entry.person() === null) await enter();
    present(false);
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
  code = outbox.all().find((kept) => !is_answered(kept) || !kept.seen || is_held(kept))?.code ?? null;
  host.on_scanned(take);
  host.on_back(leave_attempt);
  void enter().then(() => present(true));

  return {
    shown: () => ({
      person: entry.person(),
      attempt: attempt(),
      trouble: entry.trouble(),
      pause: entry.pause(),
      consented: consent.is_given(),
      declined,
      nth,
      instead,
      busy: scanning ? 'scanning' : entry.busy() ? 'logging_in' : null,
      spot: spot?.watch.notice() ?? null,
      now: clock.now(),
    }),
    look(seen) {
      looked_at = seen;
      follow();
    },
    scan,
    log_in: enter,
    agree,
    decline() {
      declined = true;
      changed();
    },
    try_now() {
      if (entry.pause() !== null) void enter();
      if (code !== null) outbox.try_now(code);
    },
    submit_again,
    leave_attempt,
    close: () => host.close(),
  };
}
