// Why somebody is checked in by hand, as it is usually. It must not know the form.
import type { Word } from '../words/say';

export const usualReasons = [
  'assist.reason_no_phone',
  'assist.reason_no_smart',
  'assist.reason_no_scan',
  'assist.reason_no_line',
] as const satisfies readonly Word[];
