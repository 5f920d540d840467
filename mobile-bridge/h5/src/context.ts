// What every page may reach: who is logged in, the language, the outbox, the way to other pages. Made once in main.ts.
// It holds no page's own state.

import {
  say,
  type Api,
  type Blanks,
  type Boot,
  type Outbox,
  type Person,
  type Platform,
} from '@zaichang/core';
import type { Login, Sentence, ServerClock } from '@zaichang/core';
import { computed, inject, onUnmounted, shallowRef } from 'vue';
import type { ComputedRef, InjectionKey, Ref, ShallowRef } from 'vue';
import type { Navigation } from './navigation.ts';
import type { Preferences } from './preferences.ts';

export interface Context {
  boot: Boot;
  me: ShallowRef<Person | null>;
  preferences: Preferences;
  platform: Platform;
  api: Api;
  clock: ServerClock;
  outbox: Outbox;
  navigation: Navigation;
  logged_in(login: Login, handed_in: string | null): void;
  logged_out(): void;
}

export const CONTEXT: InjectionKey<Context> = Symbol('context');

/** Every page is mounted inside the app, which provides it. */
export const use_context = (): Context => inject(CONTEXT) as Context;

/** Returns sentences of the catalogue in the current language, and in the other one beside it. */
export function use_words(): {
  t: (sentence: Sentence, blanks?: Blanks) => string;
  beside: (sentence: Sentence, blanks?: Blanks) => string;
  language: Preferences['language'];
  other_lang: () => string;
} {
  const { language } = use_context().preferences;
  return {
    language,
    t: (sentence, blanks) => say(sentence, language.value, blanks),
    beside: (sentence, blanks) => say(sentence, language.value === 'zh' ? 'en' : 'zh', blanks),
    other_lang: () => (language.value === 'zh' ? 'en' : 'zh-CN'),
  };
}

/** What the outbox knows, asked again after each of its changes while the component lives. */
export function use_outbox<T>(ask: (outbox: Outbox) => T): ComputedRef<T> {
  const { outbox, me } = use_context();
  const changes = shallowRef(0);
  onUnmounted(outbox.watch(() => (changes.value += 1)));
  return computed(() => {
    void [changes.value, me.value];
    return ask(outbox);
  });
}

/** Server time, moving on four times a second while the component lives. */
export function use_now(): Ref<number> {
  const { clock } = use_context();
  const now = shallowRef(clock.now());
  const timer = window.setInterval(() => (now.value = clock.now()), 250);
  onUnmounted(() => window.clearInterval(timer));
  return now;
}
