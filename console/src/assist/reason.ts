// The usual reasons for checking a person in by hand. It must not know the form.
import type { Word } from '../words/say';

export const usualReasons = [
  'assist.reason_no_phone',
  'assist.reason_no_smart',
  'assist.reason_no_scan',
  'assist.reason_no_line',
] as const satisfies readonly Word[];
