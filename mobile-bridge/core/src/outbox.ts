// Brings every attempt to its answer: presents passes, pauses, resumes when the page returns. One request per scan at a time.
// It decides nothing about a check-in (next.ts does) and shows nothing; pages watch it.

import { is_answered, type Attempt } from './attempt.ts';
import { LONGEST_DELAY_MS, retry_delay, wake_delay } from './backoff.ts';
import type { Sendable, Sender } from './sender.ts';
import { kept, next as plain_next, with_pass, type Happening, type Next } from './next.ts';
import type { Platform, Wake } from './platform.ts';
import type { ServerClock } from './server-clock.ts';
import type { Store } from './store.ts';
import type { CheckInRecord, Scan } from './wire/wire.ts';

export interface OutboxParts {
  platform: Platform;
  sender: Sender;
  clock: ServerClock;
  store: Store;
  /** The state machine; with a face check in it where the platform can run one. */
  next?: Next;
  /** The server no longer knows who is logged in here. */
  on_session_lost(): void;
}

export interface Outbox {
  /** Picks up what earlier pages left; `person` is who is logged in. */
  open(person: number | null): void;
  close(): void;
  /** Calls the watcher after every change; the returned function ends it. */
  watch(watcher: () => void): () => void;
  /** Newest scan first. */
  all(): Attempt[];
  /** The attempt as the logged-in person may see it: an answer given to another person is not shown. */
  find(code: string): Attempt | null;
  /** A code that this phone's own camera has read. */
  scan(code: string): void;
  /** A scan that the server judged while it answered the page. */
  admit(code: string, scan: Scan): void;
  /** A scan that the server could not place because its store is away, as a pass to be kept. */
  keep(code: string, pass: string, asked_ms: number): void;
  /** A check-in that the server found for this very scan while it answered the page. */
  found(code: string, record: CheckInRecord): void;
  /** The pass to hand in with a login, so that it comes back bound. */
  anonymous_pass(): string | null;
  logged_in(person: number, handed_in: string | null, bound_pass: string | null): void;
  logged_out(): void;
  try_now(code: string): void;
  /** Replaces what is known of its scan by the attempt, and continues from there. */
  restart(attempt: Attempt): void;
  /** The answer has been on screen. */
  seen(code: string): void;
}

export function make_outbox(parts: OutboxParts): Outbox {
  const { platform, sender, clock, store, on_session_lost, next = plain_next } = parts;
  const attempts = new Map<string, Attempt>();
  const under_way = new Set<string>();
  const watchers = new Set<() => void>();
  let person: number | null = null;
  let cancel_timer = (): void => {};
  let cancel_wake = (): void => {};
  let closed = false;

  const tell = (): void => watchers.forEach((watcher) => watcher());
  const all = (): Attempt[] => [...attempts.values()].sort((a, b) => b.scanned_at - a.scanned_at);
  const each = (happening: (attempt: Attempt) => Happening): void =>
    all().forEach((attempt) => happen(attempt.code, happening(attempt)));

  function become(who: number | null): void {
    person = who;
    store.note_person(who);
  }

  /** The cookie is shared by all open pages: a login on another page must stop this page's passes of another person. */
  function follow_login(): void {
    const who = store.person();
    if (who === undefined || who === person) return;
    person = who;
    each(() => login_of(who));
  }

  function put(attempt: Attempt): void {
    const truth = attempt.state === 'opened' ? attempt : store.keep(attempt);
    attempts.set(attempt.code, truth);
  }

  function restart(attempt: Attempt): void {
    if (attempt.state !== 'opened') store.replace(attempt);
    attempts.set(attempt.code, attempt);
    tell();
    run();
  }

  function happen(code: string, happening: Happening): void {
    const attempt = attempts.get(code);
    if (attempt === undefined) return;
    const after = next(attempt, happening);
    if (after === attempt) return;
    put(after);
    tell();
  }

  /** Starts whatever is due and sets the one timer to the nearest pause's end. */
  function run(): void {
    if (closed) return;
    cancel_timer();
    follow_login();
    const now = clock.now();
    let nearest = Infinity;
    for (const { code } of all()) {
      let attempt = attempts.get(code) as Attempt;
      if (attempt.state === 'deferred' && is_due(attempt.retry_at, now)) {
        happen(code, { it: 'due' });
        attempt = attempts.get(code) as Attempt;
      }
      if (under_way.has(code)) continue;
      const due_at = due_of(attempt);
      if (due_at === null) continue;
      if (is_due(due_at, now)) void deliver(attempt as Sendable);
      else nearest = Math.min(nearest, due_at - now);
    }
    if (nearest < Infinity) cancel_timer = platform.clock.after(nearest, run);
  }

  async function deliver(attempt: Sendable): Promise<void> {
    const { code } = attempt;
    under_way.add(code);
    const happening = await sender.send(attempt, person);
    under_way.delete(code);
    if (closed) return;
    happen(code, happening);
    // A login or logout may have happened while the reply was on its way.
    if (happening.it === 'exchanged') happen(code, login_of(person));
    if (happening.it === 'refused' && happening.problem.code === 'login_required') {
      log_out();
      on_session_lost();
    }
    run();
  }

  function log_out(): void {
    become(null);
    each(() => ({ it: 'logged_out' }));
  }

  function wake(why: Wake): void {
    all().forEach(adopt_answer);
    const hasten = (): Happening => ({
      it: 'hastened',
      retry_at: clock.now() + wake_delay(platform.random),
    });
    if (why !== 'storage') each(hasten);
    run();
  }

  /** Another page may have received the answer: this one shows the same. */
  function adopt_answer(attempt: Attempt): void {
    const answered = is_answered(attempt) ? null : store.find(attempt.code);
    if (answered === null || !is_answered(answered)) return;
    attempts.set(answered.code, answered);
    tell();
  }

  function find(code: string): Attempt | null {
    const attempt = attempts.get(code) ?? null;
    if (attempt === null || !is_answered(attempt)) return attempt;
    const theirs = attempt.person === null || person === null || attempt.person === person;
    return theirs ? attempt : null;
  }

  return {
    all,
    find,
    restart,
    logged_out: log_out,

    open(who) {
      become(who);
      for (const attempt of store.take_stock(clock.now()))
        put(next(attempt, { it: 'reopened', person: who }));
      cancel_wake = platform.on_wake(wake);
      run();
    },

    close() {
      closed = true;
      cancel_timer();
      cancel_wake();
    },

    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },

    scan(code) {
      const known = find(code);
      const now = clock.now();
      if (known !== null && known.state !== 'refused') run();
      else restart({ state: 'opened', code, scanned_at: now, tries: 0, retry_at: now });
    },

    admit(code, scan) {
      const known = attempts.get(code) ?? null;
      // A pass under way is older, and the better proof; another person's answer is not this person's.
      const anothers = known !== null && is_answered(known) && known.person !== person;
      const keep = known !== null && known.state !== 'refused' && !is_anonymous(known) && !anothers;
      if (!keep) restart(with_pass(code, clock.now(), scan, person));
    },

    keep(code, pass, asked_ms) {
      const known = attempts.get(code);
      if (known !== undefined && !is_answered(known)) return;
      const now = clock.now();
      const retry_at = now + retry_delay(0, asked_ms, platform.random);
      const put_off = {
        it: 'put_off',
        wait: 'storage',
        retry_at,
        pass,
        problem: null,
        sent_as: person,
      } as const;
      restart(kept(code, now, pass, put_off));
    },

    found(code, record) {
      const known = attempts.get(code);
      const course = known !== undefined && 'course' in known ? known.course : null;
      const scanned_at = Date.parse(record.check_in.at);
      restart({ state: 'already', code, scanned_at, course, person, seen: false, ...record });
    },

    anonymous_pass() {
      const newest = all().find(is_anonymous);
      return newest && 'pass' in newest ? newest.pass : null;
    },

    logged_in(who, handed_in, bound_pass) {
      become(who);
      each((attempt) => ({
        it: 'logged_in',
        person: who,
        bound_pass: 'pass' in attempt && attempt.pass === handed_in ? bound_pass : null,
      }));
      run();
    },

    try_now(code) {
      happen(code, { it: 'due' });
      run();
    },

    seen: (code) => happen(code, { it: 'seen' }),
  };
}

const is_anonymous = (attempt: Attempt): boolean =>
  attempt.state === 'needs_login' && attempt.person === null;

const login_of = (person: number | null): Happening =>
  person === null ? { it: 'logged_out' } : { it: 'logged_in', person, bound_pass: null };

/** When the attempt has something to send, server Unix ms; null while it waits for the person. */
function due_of(attempt: Attempt): number | null {
  if (attempt.state === 'sending') return 0;
  const from = attempt.state === 'needs_face' ? attempt.at : attempt;
  return 'retry_at' in from ? from.retry_at : null;
}

/** A pause longer than any that is ever made means that the phone's clock has jumped. */
const is_due = (retry_at: number, now: number): boolean =>
  now >= retry_at || retry_at - now > LONGEST_DELAY_MS;
