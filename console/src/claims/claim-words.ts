// The usual reasons of verdicts on claims of document numbers. It must not know where they are shown.
import type { Verdict } from '../api/types';
import type { Word } from '../words/say';

export const usualReasons: Record<Verdict, readonly Word[]> = {
  approve: [],
  return: ['claims.reason_photo', 'claims.reason_side'],
  reject: ['claims.reason_not_theirs', 'claims.reason_show'],
};
