// Verdicts of every review: which there are, what the server tells of one before and after it is given, and what is said of those on
// which it could not be. It must not know what is reviewed.
import { codeInWords } from '../api/refusal';
import type { LeftByVerdict, Verdict } from '../api/types';
import { say } from '../words/say';

/** In the order in which they are offered: the usual one first, the one that takes something away last. */
export const verdicts = ['approve', 'return', 'reject'] as const satisfies readonly Verdict[];

/** One of those that are judged, as it was seen. */
export interface Row {
  id: number;
  version: string;
  name: string;
}

/** What a verdict would come to; whatever else is counted is peculiar to what is judged. */
export interface Preview {
  count: number;
  left: readonly LeftByVerdict[];
}

/** What it came to. */
export interface Judged<Item> {
  items: readonly Item[];
  left: readonly LeftByVerdict[];
}

interface Named {
  name: string;
  code: string;
  /** What the server says, for a code that this console does not know. */
  title?: string;
}

/** Each reason once, with the names of those that are left for it: eight of them at most. */
export function leftByReason(left: readonly Named[]): string[] {
  const byWhy = new Map<string, string[]>();
  for (const { name, code, title } of left) {
    const why = codeInWords(code, title);
    byWhy.set(why, [...(byWhy.get(why) ?? []), name]);
  }
  return [...byWhy].map(([why, names]) => say('review.left_why', { names: namesInWords(names), why }));
}

/** Some names of many. */
export function namesInWords(names: readonly string[]): string {
  const some = names.slice(0, 8).join(say('review.and'));
  return names.length > 8 ? say('review.and_more', { names: some, n: names.length }) : some;
}

/** The same as one sentence, for after the verdict; empty where none is left. */
export function leftInWords(left: readonly Named[]): string {
  const reasons = leftByReason(left);
  return reasons.length === 0
    ? ''
    : say('review.left', { n: left.length, why: reasons.join(say('review.and_for')) });
}
