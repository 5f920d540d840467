// What stood in the way of a request, as one line under a form or a list.
// The catalogue of refusals is loaded when one is met; that there is no line can be said without it.

import { SHELL, say, type Answer, type Problem } from '@zaichang/core';
import type { Context } from './context.ts';

export const NO_ANSWER: Problem = { code: 'no_answer', status: 0 };

export const problem_in = (answer: Answer<unknown>): Problem | null =>
  answer.is === 'value' ? null : answer.is === 'refused' ? answer.problem : NO_ANSWER;

export async function trouble_with(answer: Answer<unknown>, context: Context): Promise<string | null> {
  const problem = problem_in(answer);
  if (problem === null) return null;
  const words = await import('./refusal-line.ts').catch(() => null);
  return words
    ? words.keep_and_say(problem, context)
    : say(SHELL.no_answer, context.preferences.language.value);
}
