// The reader's preferences: language and large type, remembered on the phone. Chinese until they choose otherwise.
// Light or dark is the phone's own setting and stays so.

import type { Language, Storage } from '@zaichang/core';
import { ref, type Ref } from 'vue';

export interface Preferences {
  language: Readonly<Ref<Language>>;
  large: Readonly<Ref<boolean>>;
  change_language(): void;
  change_size(): void;
}

const LANGUAGE = 'zaichang.language';
const LARGE = 'zaichang.large';

export function remember_preferences(storage: Storage, root: HTMLElement): Preferences {
  const language = ref<Language>(storage.read(LANGUAGE) === 'en' ? 'en' : 'zh');
  const large = ref(storage.read(LARGE) === 'yes');
  const wear = (): void => {
    root.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    root.classList.toggle('large', large.value);
  };
  wear();
  return {
    language,
    large,
    change_language() {
      language.value = language.value === 'zh' ? 'en' : 'zh';
      storage.write(LANGUAGE, language.value);
      wear();
    },
    change_size() {
      large.value = !large.value;
      storage.write(LARGE, large.value ? 'yes' : 'no');
      wear();
    },
  };
}
