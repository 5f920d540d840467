// A refusal as one line, for under a form or a list. Loaded when there is one, with the catalogue it needs.
// A refused login may hold on to its scan: that is done here, as most logins are not refused.

import { hold, say, type Language, type Problem } from '@zaichang/core';
import { refusal_text } from '@zaichang/core/refusals';
import type { Context } from './context.ts';
import { REGISTRATION_ADDRESS } from './registration/address.ts';

export function refusal_line(problem: Problem, language: Language, now_ms: number): string {
  const { what, why } = refusal_text(problem, language, now_ms);
  return say(what, language) + (language === 'zh' ? '。' : '. ') + why;
}

/** Why a request was refused; a pass that came with it is kept for its scan. Who is not registered goes on by registering: at
    once, where no scan is shown that says so. */
export function keep_and_say(problem: Problem, { outbox, preferences, clock, navigation }: Context): string {
  const is_held = hold(outbox, problem);
  if (problem.code === 'phone_not_registered' && !is_held) navigation.replace(REGISTRATION_ADDRESS);
  return refusal_line(problem, preferences.language.value, clock.now());
}
