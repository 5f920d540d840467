// Logging in by WeChat's account: one silent redirect, back with a code, logged in where it is bound. On any failure
// the ordinary login is shown with a sentence: the wait is short, and there is never a second redirect.
// It must not draw anything, nor know where people go afterwards.

import { WECHAT_LOGIN, hold, is_bound, say, wechat_api_over, type NotBound } from '@zaichang/core';
import { computed, onUnmounted, ref, shallowRef, type Ref } from 'vue';
import { use_context } from '../context.ts';
import { login_address } from '../route.ts';
import type { refusal_line as RefusalLineOf } from '../refusal-line.ts';
import { problem_in } from '../trouble.ts';
import { authorisation_address, random_state, take_returned, type Returned } from './authorisation.ts';
import { go_away, stay_here } from './away.ts';
import { come_in, stays_out } from './stays-out.ts';
import { note_trip, trip_in, type Trip } from './trip.ts';

/** WeChat's page is loaded by then, or the form is shown: a scan before the login is kept for three minutes only. */
const LEAVES_WITHIN_MS = 6_000;
const ANSWERED_WITHIN_MS = 5_000;

type RefusalLine = typeof RefusalLineOf | undefined;

export interface TripDoings {
  /** Under way: nothing is asked of the person. */
  working: Ref<boolean>;
  /** What the form is to be shown with; empty when there is nothing to say. */
  note: Ref<string>;
  /** Whether the redirect may be started by hand. */
  may_go: Ref<boolean>;
  go(): void;
  /** The person would rather log in by hand. */
  by_hand(): void;
}

/** `done` is called when there is nothing left to do on a page that was only for the login. */
export function use_trip(done: () => void): TripDoings {
  const { boot, clock, logged_in, me, navigation, outbox, platform, preferences } = use_context();
  const wechat = wechat_api_over(platform, { kind: 'h5' });
  const working = ref(false);
  const trip = shallowRef<Trip | null>(null);
  const refusal_line = shallowRef<RefusalLine>();
  const note = computed(() => (me.value === null && trip.value !== null ? words_of(trip.value) : ''));
  const may_go = computed(() => me.value === null && trip.value?.is !== 'not_bound');
  let timer = 0;

  /** Never while this page is still being made. */
  const leave = (): void => void Promise.resolve().then(done);

  /** A scan has a form of its own, which knows the course and how long it is kept: what is typed is typed there. */
  function by_hand(): void {
    window.clearTimeout(timer);
    // A redirect that is still loading would interrupt the typing.
    if (working.value && trip_in(window)?.is === 'under_way') stay_here();
    const { value: route } = navigation.route;
    if (me.value !== null || (route.page === 'login' && /^\/c\//i.test(route.back))) return leave();
    working.value = false;
    void tell();
  }

  /** What the form is shown with. */
  async function tell(): Promise<void> {
    trip.value = trip_in(window);
    const refused = trip.value?.is === 'refused';
    if (refused) refusal_line.value = (await import('../refusal-line.ts').catch(() => null))?.refusal_line;
  }

  function words_of(made: Trip): string {
    const language = preferences.language.value;
    switch (made.is) {
      case 'over':
        return '';
      case 'not_bound':
        return say(WECHAT_LOGIN.first_time, language);
      case 'refused': {
        const { code, status } = made;
        return refusal_line.value?.({ code, status }, language, clock.now()) ?? '';
      }
      case 'under_way':
      case 'unfinished':
        return say(WECHAT_LOGIN.unfinished, language);
    }
  }

  function wait(longest_ms: number): void {
    working.value = true;
    timer = window.setTimeout(by_hand, longest_ms);
  }

  function go(): void {
    const state = random_state(window);
    if (boot.wechat === undefined || !note_trip(window, { is: 'under_way', state })) return by_hand();
    const { location } = window;
    const { page } = navigation.route.value;
    const address = location.pathname + location.search;
    const back = location.origin + (page === 'login' ? address : login_address(address));
    wait(LEAVES_WITHIN_MS);
    go_away(authorisation_address(boot.wechat, back, state));
  }

  async function arrive({ code, state }: Returned): Promise<void> {
    const begun = trip_in(window);
    const ours = begun?.is === 'under_way' && begun.state === state;
    // Noted before the code is used: a reload does not use it again.
    note_trip(window, { is: 'unfinished' });
    if (!ours || code === null) return by_hand();
    wait(ANSWERED_WITHIN_MS);
    const handed_in = outbox.anonymous_pass();
    let answer = await wechat.log_in_on_page(code, handed_in);
    const challenge = answer.is === 'refused' && answer.problem.challenge;
    // Its solver is loaded only where it is needed; if it does not arrive, the form is shown, as after any other refusal.
    const solver = challenge && (await import('@zaichang/core/sms-code').catch(() => null));
    if (challenge && solver)
      answer = await wechat.log_in_on_page(code, handed_in, await solver.prove(challenge, platform.clock));
    window.clearTimeout(timer);
    if (answer.is === 'value' && is_bound(answer.value)) {
      note_trip(window, { is: 'over' });
      come_in(platform.storage);
      logged_in(answer.value, handed_in);
    } else if (answer.is === 'value') {
      const { bind_ticket: ticket, expires_at } = answer.value as NotBound;
      note_trip(window, { is: 'not_bound', ticket, until: Date.parse(expires_at) });
    } else {
      const problem = problem_in(answer);
      if (problem) {
        hold(outbox, problem);
        note_trip(window, { is: 'refused', code: problem.code, status: problem.status });
      }
    }
    by_hand();
  }

  /** Back from WeChat by the browser's own button: the document is unchanged. */
  const returned_by_hand = ({ persisted }: PageTransitionEvent): void => {
    if (persisted && working.value) by_hand();
  };
  window.addEventListener('pageshow', returned_by_hand);
  onUnmounted(() => {
    window.removeEventListener('pageshow', returned_by_hand);
    window.clearTimeout(timer);
  });

  const returned = take_returned(window);
  if (me.value !== null) leave();
  else if (returned !== null) void arrive(returned);
  else if (trip_in(window) === null && !stays_out(platform.storage)) go();
  else void tell();

  return { working, note, may_go, go, by_hand };
}
