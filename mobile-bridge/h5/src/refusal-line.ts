// A refusal as one line, for under a form or a list. Loaded when there is one, with the catalogue it needs.
// It must not know what was asked for.

import { say, type Language, type Problem } from '@zaichang/core';
import { refusal_text } from '@zaichang/core/refusals';

export function refusal_line(problem: Problem, language: Language, now_ms: number): string {
  const { what, why } = refusal_text(problem, language, now_ms);
  return say(what, language) + (language === 'zh' ? '。' : '. ') + why;
}
