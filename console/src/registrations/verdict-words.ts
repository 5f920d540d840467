// The verdicts that a unit gives on registrations, and the usual reasons. It must not know where they are shown.
import type { RegistrationVerdict } from '../api/types';
import type { Word } from '../words/say';

export const verdicts = ['approve', 'return', 'reject'] as const satisfies readonly RegistrationVerdict[];

export const usualReasons: Record<RegistrationVerdict, readonly Word[]> = {
  approve: [],
  return: ['registrations.reason_department', 'registrations.reason_title', 'registrations.reason_document'],
  reject: ['registrations.reason_not_ours', 'registrations.reason_not_theirs'],
};
