// Returns a word of the catalogue in the reader's language, with its values filled in.
// It must not know where a sentence is shown.
import type { Sentence } from '@zaichang/shared/sentence';
import { catalogue } from './catalogue';
import { locale, type Locale } from './locale';

export type Word = keyof typeof catalogue;
export type Values = Record<string, string | number>;

/** The sentence in the language chosen now; templates that call it follow a change of language. */
export function say(word: Word, values: Values = {}): string {
  return sentence(word, locale.value, values);
}

/** `{name}` becomes the value; `{name:one|many}` becomes "1 one" or "2 many". */
export function sentence(word: Word, language: Locale, values: Values = {}): string {
  return inLanguage(catalogue[word], language).replace(
    /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g,
    (whole, name, one, many) => {
      const value = values[name];
      if (value === undefined) return whole;
      return one === undefined ? String(value) : `${value} ${Number(value) === 1 ? one : many}`;
    },
  );
}

/** A sentence that stands in no catalogue of ours, in the language chosen now. */
export function spoken(said: Sentence): string {
  return inLanguage(said, locale.value);
}

function inLanguage([zh, en]: Sentence, language: Locale): string {
  return language === 'zh' ? zh : en;
}

/** A word that may not exist, such as `client.` followed by a word the server sent. */
export function knownWord(word: string): Word | null {
  // Chromium 87, which hospital desktops still run, has no Object.hasOwn.
  return Object.prototype.hasOwnProperty.call(catalogue, word) ? (word as Word) : null;
}
