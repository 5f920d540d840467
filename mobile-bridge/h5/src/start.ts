// Puts the parts together over a platform: what the server said, the outbox, the way between pages.
// The one place that knows them all; main.ts gives it a browser, tests give it a scripted one.

import {
  api_over,
  sender,
  make_outbox,
  server_clock,
  store_in,
  type Boot,
  type Outbox,
  type Platform,
} from '@zaichang/core';
import { shallowRef } from 'vue';
import type { Context } from './context.ts';
import { start_navigation } from './navigation.ts';
import type { Route } from './route.ts';
import type { Preferences } from './preferences.ts';

export function start(window: Window, platform: Platform, preferences: Preferences, boot: Boot): Context {
  const clock = server_clock(platform.clock, boot.server_now);
  const api = api_over(platform, { kind: 'h5' });
  const me = shallowRef(boot.me);
  const outbox = make_outbox({
    platform,
    clock,
    sender: sender(api, clock.now, platform.random),
    store: store_in(platform.storage),
    on_session_lost: () => (me.value = null),
  });
  const navigation = start_navigation(window);
  // What earlier visits left is picked up first; then this visit's scan, as the server judged it.
  outbox.open(boot.me?.id ?? null);
  take_in(outbox, boot, navigation.loaded_from);

  return {
    boot,
    me,
    preferences,
    platform,
    api,
    clock,
    outbox,
    navigation,
    logged_in({ person, pass }, handed_in) {
      me.value = person;
      outbox.logged_in(person.id, handed_in, pass?.pass ?? null);
    },
    logged_out() {
      me.value = null;
      outbox.logged_out();
    },
  };
}

function take_in(outbox: Outbox, { scan, recorded, refusal }: Boot, loaded_from: Route): void {
  if (loaded_from.page !== 'scan') return;
  const { code } = loaded_from;
  if (scan) outbox.admit(code, scan);
  if (recorded) outbox.found(code, recorded);
  if (refusal?.pass) outbox.keep(code, refusal.pass, refusal.retry_after_ms ?? 0);
}
