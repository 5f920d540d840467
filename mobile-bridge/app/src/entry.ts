// Who is logged in: the app's assertion of the person, requested again automatically while the obstacle is temporary.
// It must not know what is checked in, nor how anything is drawn.

import { hold, make_retry } from '@zaichang/core';
import type { Client, Login, Outbox, Pause, Person, Problem, ServerClock } from '@zaichang/core';
import type { Host } from './host.ts';
import { log_in } from './log-in.ts';
import type { AppPlatform } from './platform.ts';

export interface Entry {
  person(): Person | null;
  /** Why no person is logged in; the last try's result stays until the next one is answered. */
  trouble(): Problem | null;
  /** What the next try waits for; null when that takes a tap. */
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
  const retry = make_retry(platform, clock, () => void enter(), changed);
  let under_way: Promise<void> | null = null;
  /** Sessions lost since the last answer: a session that is forgotten as soon as it is given is not requested for ever. */
  let lost = 0;

  function enter(): Promise<void> {
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
    retry.heard(answer);
    if (answer.is === 'value') return come_in(answer.value, handed_in);
    trouble = answer.is === 'refused' ? answer.problem : { code: 'no_answer', status: 0 };
    hold(outbox(), trouble);
  }

  function come_in(login: Login, handed_in: string | null): void {
    ({ person } = login);
    trouble = null;
    platform.hold(login.session ?? null);
    outbox().logged_in(person.id, handed_in, login.pass?.pass ?? null);
  }

  return {
    person: () => person,
    trouble: () => trouble,
    pause: retry.pause,
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
