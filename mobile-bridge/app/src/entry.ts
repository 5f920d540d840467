// Who is in: the app's word for the person, asked for again by itself while what stands in its way will pass.
// It must not know what is checked in, nor how anything is drawn.

import { retry_delay, wait_of, wake_delay } from '@zaichang/core';
import type { Answer, Client, Login, Outbox, Person, Problem, ServerClock, Wait } from '@zaichang/core';
import type { Host } from './host.ts';
import { log_in } from './log-in.ts';
import type { AppPlatform } from './platform.ts';

/** What a login waits for before it is tried again. */
export interface Pause {
  wait: Wait;
  /** Server Unix ms. */
  retry_at: number;
}

export interface Entry {
  person(): Person | null;
  /** Why nobody is in; what is known of the last try until the next one is answered. */
  trouble(): Problem | null;
  /** Null when another try takes somebody's tap. */
  pause(): Pause | null;
  busy(): boolean;
  enter(): Promise<void>;
  /** The server no longer knows the session. */
  lost(): void;
  /** A check-in was answered: the session is good. */
  proved(): void;
}

export interface EntryParts {
  platform: AppPlatform;
  clock: ServerClock;
  host: Host;
  client: Client;
  audience: string;
  outbox(): Outbox;
  changed(): void;
}

export function make_entry({ platform, clock, host, client, audience, outbox, changed }: EntryParts): Entry {
  let person: Person | null = null;
  let trouble: Problem | null = null;
  let pause: Pause | null = null;
  let tries = 0;
  let cancel_timer = (): void => {};
  let under_way: Promise<void> | null = null;
  /** Sessions lost since the last answer: one that is forgotten as soon as it is given is not asked for for ever. */
  let lost = 0;

  function enter(): Promise<void> {
    cancel_timer();
    under_way ??= ask().finally(() => {
      under_way = null;
      changed();
    });
    changed();
    return under_way;
  }

  async function ask(): Promise<void> {
    const handed_in = outbox().anonymous_pass();
    const answer = await log_in(platform, host, client, audience, handed_in);
    if (answer.is === 'value') return come_in(answer.value, handed_in);
    trouble = answer.is === 'refused' ? answer.problem : { code: 'no_answer', status: 0 };
    rest(answer);
  }

  function come_in(login: Login, handed_in: string | null): void {
    ({ person } = login);
    trouble = null;
    pause = null;
    tries = 0;
    platform.hold(login.session ?? null);
    outbox().logged_in(person.id, handed_in, login.pass?.pass ?? null);
  }

  /** What passes is waited for; what does not is the person's to mend. */
  function rest(answer: Answer<Login>): void {
    const wait = wait_of(answer);
    pause = wait && {
      wait,
      retry_at: clock.now() + retry_delay(tries, trouble?.retry_after_ms ?? 0, platform.random),
    };
    tries += 1;
    set_timer();
  }

  function set_timer(): void {
    cancel_timer();
    if (pause !== null) cancel_timer = platform.clock.after(pause.retry_at - clock.now(), () => void enter());
  }

  platform.on_wake((why) => {
    if (pause?.wait !== 'line' || why === 'storage') return;
    const retry_at = clock.now() + wake_delay(platform.random);
    if (retry_at >= pause.retry_at) return;
    pause = { ...pause, retry_at };
    if (under_way === null) set_timer();
    changed();
  });

  return {
    person: () => person,
    trouble: () => trouble,
    pause: () => pause,
    busy: () => under_way !== null,
    enter,
    lost() {
      person = null;
      platform.hold(null);
      lost += 1;
      if (lost < 2) return void enter();
      trouble = { code: 'login_required', status: 401 };
      changed();
    },
    proved: () => void (lost = 0),
  };
}
