// The verdicts of every review, and what a list says of those on which one could not be given. It must not know what is reviewed.
import { codeInWords } from '../api/refusal';
import type { Verdict } from '../api/types';
import { say } from '../words/say';

/** In the order in which they are offered: the usual one first, the one that takes something away last. */
export const verdicts = ['approve', 'return', 'reject'] as const satisfies readonly Verdict[];

/** Each reason once, with the names of those that were left for it. */
export function leftInWords(left: readonly { name: string; code: string }[]): string {
  const byCode = new Map<string, string[]>();
  for (const { name, code } of left) byCode.set(code, [...(byCode.get(code) ?? []), name]);
  const reasons = [...byCode].map(([code, names]) =>
    say('review.left_why', { names: names.join(say('review.and')), why: codeInWords(code) }),
  );
  return reasons.length === 0
    ? ''
    : say('review.left', { n: left.length, why: reasons.join(say('review.and_for')) });
}
