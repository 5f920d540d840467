// What a page shows of the server, refreshed while the page is visible. Old figures stay with the time they were true.
// It must not change a figure by itself: only an answer does.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue';
import { browser, startPoll, type Poll, type Surroundings } from './poll';
import { mayPass, Refusal } from '../api/refusal';
import { serverClock } from '../time/server-clock';
import { locale } from '../words/locale';

export interface Live<T> {
  data: ShallowRef<T | null>;
  /** Why nothing newer is known, or null. */
  refusal: ShallowRef<Refusal | null>;
  /** When the data was true, by the server's clock. */
  at: Ref<string | null>;
  /** The data still shows the subject before this one. */
  behind: Ref<boolean>;
  refresh(): void;
}

interface LiveOptions {
  subject: WatchSource<unknown>;
  everyMs?: number;
  hold?: boolean;
  surroundings?: Surroundings;
}

/**
 * Loads again every `everyMs`, and at once when `subject` changes: from nothing, or with `hold` keeping the old data until
 * the new is there. A refusal that cannot pass stops the polling.
 */
export function useLive<T>(
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs = 2500, hold = false, subject, surroundings = browser }: LiveOptions,
): Live<T> {
  const data = shallowRef<T | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const at = ref<string | null>(null);
  const behind = ref(false);
  let poll: Poll | null = null;

  async function ask(signal: AbortSignal): Promise<boolean> {
    try {
      const fresh = await load(signal);
      if (signal.aborted) return true;
      data.value = fresh;
      refusal.value = null;
      behind.value = false;
      at.value = serverClock.now();
      return true;
    } catch (thrown) {
      if (signal.aborted) return true;
      if (!(thrown instanceof Refusal)) throw thrown;
      refusal.value = thrown;
      if (!mayPass(thrown)) poll?.stop();
      return false;
    }
  }

  function start(): void {
    poll?.stop();
    poll = startPoll(ask, { everyMs, surroundings });
  }

  watch(
    subject,
    () => {
      if (!hold) data.value = at.value = null;
      behind.value = data.value !== null;
      refusal.value = null;
      start();
    },
    { immediate: true },
  );
  /** The server's sentences among the data are asked for again in the reader's new language. */
  watch(locale, start);
  onScopeDispose(() => poll?.stop());

  return { data, refusal, at, behind, refresh: start };
}
