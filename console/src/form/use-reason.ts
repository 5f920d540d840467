// A reason that is asked for before something is done: what was chosen and typed, and what is wrong with it once it was asked
// for. It must not know what is done.
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import { reasonFault, reasonSaid } from '../frame/reason';
import { say, type Word } from '../words/say';

export interface AskedReason {
  choice: Ref<Word | null>;
  text: Ref<string>;
  fault: ComputedRef<string>;
  /** As it is sent; null, with the fault shown, while none is given. */
  said(): string | null;
}

/** `refused` is what the server said against the last one. */
export function useReason(refused: () => string): AskedReason {
  const choice = ref<Word | null>(null);
  const text = ref('');
  const asked = ref(false);
  const own = computed(() => reasonFault(choice.value, text.value));
  return {
    choice,
    text,
    fault: computed(() => (asked.value && own.value !== null ? say(own.value) : refused())),
    said() {
      asked.value = true;
      return choice.value === null || own.value !== null ? null : reasonSaid(choice.value, text.value);
    },
  };
}
