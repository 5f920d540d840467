// The reader's preferences: language and size of type, remembered on the phone. Chinese until they choose otherwise.
// Light or dark is WeChat's own setting and stays so.

import type { Language, Storage } from '@zaichang/core';

export interface Preferences {
  language(): Language;
  /** Whether large text was chosen here. */
  large(): boolean;
  /** How much larger than usual text is set: WeChat's own setting, or the choice made here. */
  scale(): number;
  change_language(): void;
  change_size(): void;
}

const LANGUAGE = 'zaichang.language';
const LARGE = 'zaichang.large';
const LARGE_SCALE = 1.25;
/** Beyond this a time no longer fits on a small phone's line. */
const LARGEST_SCALE = 1.5;

export function remember_preferences(storage: Storage): Preferences {
  let language: Language = storage.read(LANGUAGE) === 'en' ? 'en' : 'zh';
  let large = storage.read(LARGE) === 'yes';
  return {
    language: () => language,
    large: () => large,
    scale: () => Math.min(LARGEST_SCALE, Math.max(1, wechats_scale(), large ? LARGE_SCALE : 1)),
    change_language() {
      language = language === 'zh' ? 'en' : 'zh';
      storage.write(LANGUAGE, language);
    },
    change_size() {
      large = !large;
      storage.write(LARGE, large ? 'yes' : 'no');
    },
  };
}

/** Older versions of WeChat do not report it. */
function wechats_scale(): number {
  const scale = wx.getAppBaseInfo?.().fontSizeScaleFactor;
  return typeof scale === 'number' && Number.isFinite(scale) ? scale : 1;
}
