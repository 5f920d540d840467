// The usual reasons of a unit's verdicts on registrations. It must not know where they are shown.
import type { Verdict } from '../api/types';
import type { Word } from '../words/say';

export const usualReasons: Record<Verdict, readonly Word[]> = {
  approve: [],
  return: ['registrations.reason_department', 'registrations.reason_title', 'registrations.reason_document'],
  reject: ['registrations.reason_not_ours', 'registrations.reason_not_theirs'],
};
