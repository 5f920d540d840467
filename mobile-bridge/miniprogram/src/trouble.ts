// What stood in the way of a request, as one line under a form or a list.
// It must not know what was asked for.

import type { Answer, Problem } from '@zaichang/core';
import { refusal_text } from '@zaichang/core/refusals';
import { context, t } from './context.ts';

export const NO_ANSWER: Problem = { code: 'no_answer', status: 0 };

export const problem_in = (answer: Exclude<Answer<unknown>, { is: 'value' }>): Problem =>
  answer.is === 'refused' ? answer.problem : NO_ANSWER;

export function trouble_line(problem: Problem): string {
  const { preferences, clock } = context();
  const { what, why } = refusal_text(problem, preferences.language(), clock.now());
  return one_after_another(t(what), why);
}

export const one_after_another = (what: string, why: string): string =>
  what + (context().preferences.language() === 'zh' ? '。' : '. ') + why;
