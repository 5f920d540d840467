// Puts the parts together: what the server said, the platform, the outbox, the pages.
// The one place that knows them all.

import { api_over, courier, make_outbox, server_clock, shelf_in, type Boot } from '@zaichang/core';
import { createApp, shallowRef } from 'vue';
import './styles/tokens.css';
import './styles/ground.css';
import './styles/action.css';
import { read_boot } from './boot.ts';
import { HERE, type Here } from './here.ts';
import { start_navigation } from './navigation.ts';
import { page_of } from './pages.ts';
import { browser_platform } from './platform.ts';
import { remember_taste } from './taste.ts';

const boot = read_boot(document);
const platform = browser_platform(window, () => (taste.language.value === 'zh' ? 'zh-CN' : 'en'));
const taste = remember_taste(platform.storage, document.documentElement);
const clock = server_clock(platform.clock, boot.server_now);
const api = api_over(platform, { kind: 'h5' });
const me = shallowRef(boot.me);
const outbox = make_outbox({
  platform,
  clock,
  courier: courier(api, clock.now, platform.random),
  shelf: shelf_in(platform.storage),
  on_session_lost: () => (me.value = null),
});

const here: Here = {
  boot,
  me,
  taste,
  api,
  clock,
  outbox,
  navigation: start_navigation(window),
  logged_in({ person, pass }, handed_in) {
    me.value = person;
    outbox.logged_in(person.id, handed_in, pass?.pass ?? null);
  },
  logged_out() {
    me.value = null;
    outbox.logged_out();
  },
};

take_along(boot);
createApp(() => page_of(here.navigation))
  .provide(HERE, here)
  .mount('#app');

/** What earlier visits left is picked up first; then this visit's scan, as the server judged it. */
function take_along({ page, scan, recorded, refusal }: Boot): void {
  outbox.open(boot.me?.id ?? null);
  const { loaded_from } = here.navigation;
  if (page !== 'scan' || loaded_from.page !== 'scan') return;
  if (scan) outbox.admit(loaded_from.code, scan);
  if (recorded) outbox.found(loaded_from.code, recorded);
  if (refusal?.pass) outbox.keep(loaded_from.code, refusal.pass, refusal.retry_after_ms ?? 0);
}
