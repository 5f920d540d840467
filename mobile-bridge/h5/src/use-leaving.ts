// Logging out, and undoing the binding of WeChat, which logs out as well: what is asked first, and any failure.
// It must not draw anything.

import { HOME, UNBIND, wechat_api_over, type Answer } from '@zaichang/core';
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import { use_context, use_words } from './context.ts';
import { trouble_with } from './trouble.ts';
import { stay_out } from './wechat/stays-out.ts';

export type Leaving = 'log_out' | 'unbind';

export interface LeavingDoings {
  /** What has been asked for and waits for the person's confirmation. */
  asked: Ref<Leaving | null>;
  /** What it would bring, in sentences. */
  question: ComputedRef<string[]>;
  trouble: Ref<string | null>;
  unbound: Ref<boolean>;
  /** Asks first where something would be lost by it. */
  log_out(): Promise<void>;
  unbind(): void;
  stay(): void;
  /** Does what was asked for. */
  leave(): Promise<void>;
}

export function use_leaving(under_way: Ref<number>): LeavingDoings {
  const context = use_context();
  const { api, logged_out, platform } = context;
  const { t } = use_words();
  const asked = ref<Leaving | null>(null);
  const trouble = ref<string | null>(null);
  const unbound = ref(false);

  const question = computed(() => {
    const sentences = asked.value === 'unbind' ? [t(UNBIND.asked_on_page)] : [];
    if (under_way.value > 0) sentences.push(t(HOME.log_out_pauses, { count: under_way.value }));
    return sentences;
  });

  function ask(what: Leaving): void {
    asked.value = what;
    trouble.value = null;
  }

  /** Says so under the page when it did. */
  async function stood_in_the_way(answer: Answer<unknown>): Promise<boolean> {
    trouble.value = await trouble_with(answer, context);
    return trouble.value !== null;
  }

  async function leave(): Promise<void> {
    const unbinds = asked.value === 'unbind';
    asked.value = null;
    if (unbinds) {
      const answer = await wechat_api_over(platform, { kind: 'h5' }).unbind();
      if (await stood_in_the_way(answer)) return;
    }
    const answer = await api.log_out();
    // A session that the server no longer knows has ended as well.
    if (answer.is === 'no_answer') return void (await stood_in_the_way(answer));
    unbound.value = unbinds;
    stay_out(platform.storage);
    logged_out();
  }

  return {
    asked,
    question,
    trouble,
    unbound,
    log_out: async () => (under_way.value > 0 ? ask('log_out') : leave()),
    unbind: () => ask('unbind'),
    stay: () => void (asked.value = null),
    leave,
  };
}
