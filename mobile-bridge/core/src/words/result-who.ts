// What is said beneath a result once it is on screen: whose it is, and the person's how many-th of that day.

import type { Sentence } from './sentence.ts';

export const RESULT_WHO = {
  nth: ['今日第 {n} 次，首次 {time}', 'No. {n} today, the first at {time}'],
} as const satisfies Record<string, Sentence>;
