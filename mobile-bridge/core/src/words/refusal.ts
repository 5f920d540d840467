// A problem as the words a page shows: picks and fills the sentences that refusals/ holds.
// The package's second entry point, so that pages can load it when there is something to refuse.

import { day_of, day_words, time_of, type Language } from '../times.ts';
import type { Problem } from '../wire/wire.ts';
import type { NextStep, RefusalWords, Worded } from './refusals/refusal-words.ts';
import { REFUSALS } from './refusals/refusals.ts';
import { say, type Sentence } from './sentence.ts';

export { NEXT_STEPS, type NextStep } from './refusals/refusal-words.ts';
export { REFUSALS } from './refusals/refusals.ts';

const STAFF_KNOW: Sentence = ['请会务人员协助处理。', 'Please ask the staff.'];

export interface RefusalText {
  mood: 'soon' | 'no';
  /** Both languages: staff read over the shoulder. */
  what: Sentence;
  why: string;
  next: NextStep;
}

export function refusal_text(problem: Problem, language: Language, now_ms: number): RefusalText {
  const held = `${problem.code}_held`;
  const words = words_for(problem.pass !== undefined && has_words(held) ? held : problem.code);
  const soon: Sentence = ['稍后', 'a later time'];
  const why = say(words.why, language, {
    opens_at: problem.opens_at ? moment_words(problem.opens_at, language, now_ms) : say(soon, language),
    first_at: problem.first_at ? time_of(problem.first_at) : '',
    detail: heard(problem, language),
  });
  return { mood: words.mood, what: words.what, why, next: words.next };
}

/** What the server said itself, where it said it in the reader's language: a page may have been asked for in another one. */
function heard({ title, detail }: Problem, language: Language): string {
  const said = title ?? detail ?? '';
  const is_chinese = /[\u4e00-\u9fff]/.test(said);
  return said !== '' && is_chinese === (language === 'zh') ? said : say(STAFF_KNOW, language);
}

/** A code in an address can be any text: only the catalogue's own entries count. */
const has_words = (code: string): code is Worded => Object.prototype.hasOwnProperty.call(REFUSALS, code);

const words_for = (code: string): RefusalWords => REFUSALS[has_words(code) ? code : 'unknown'];

/** 07:00 when it is today, 11月22日 周日 07:00 otherwise. */
function moment_words(instant: string, language: Language, now_ms: number): string {
  const today = day_of(now_ms);
  const day = day_of(instant);
  const time = time_of(instant).slice(0, 5);
  return day === today ? time : `${day_words(day, language, today)} ${time}`;
}
