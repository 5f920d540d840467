// How a sentence of the catalogue becomes text: one language, its blanks filled.
// The sentences themselves stand in the other files of this folder, one per page.

import type { Sentence } from '@zaichang/shared/sentence';
import type { Language } from '../times.ts';

export type { Sentence };

export type Blanks = Record<string, string | number>;

export function say(sentence: Sentence, language: Language, blanks: Blanks = {}): string {
  return sentence[language === 'zh' ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(blanks[name] ?? ''),
  );
}
