// Which of the two languages the console shows: Chinese unless its reader chose English. The choice stays in this browser.
// It must not know any sentence.
import { ref, watchEffect } from 'vue';

export type Locale = 'zh' | 'en';

const kept = 'zaichang.console.locale';

export const locale = ref<Locale>(recall());

/** The language tag for the document and for Accept-Language. */
export function localeTag(): 'zh-CN' | 'en' {
  return locale.value === 'zh' ? 'zh-CN' : 'en';
}

export function speak(chosen: Locale): void {
  locale.value = chosen;
  try {
    localStorage.setItem(kept, chosen);
  } catch {
    // A browser without storage starts in Chinese again next time.
  }
}

function recall(): Locale {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

if (typeof document !== 'undefined') {
  watchEffect(() => {
    document.documentElement.lang = localeTag();
  });
}
