// The parts of a refusal's words: what happened, why, and the next step as an action.
// It must not know how a page draws them.

import { SHELL } from '../shell.ts';
import type { PhoneCode } from '../../wire/wire.ts';
import type { Sentence } from '../sentence.ts';

/** What the button under a refusal does. */
export type NextStep =
  'scan' | 'log_in' | 'register' | 'switch_person' | 'show_staff' | 'try_again' | 'present_again' | 'home';

export interface RefusalWords {
  /** `soon`: it will pass or the person can fix it; `no`: another party decides. */
  mood: 'soon' | 'no';
  what: Sentence;
  why: Sentence;
  next: NextStep;
}

/** Refusals of the form in which people register, which the web page alone has: words/registration.ts says them. */
export type FormCode =
  'unit_listed' | 'no_authority_there' | 'units_proposed' | 'phone_taken' | 'number_voided';

/** Refusals of the page on which people replace their own phone, which the web page alone has: words/own-phone.ts says them. */
export type OwnPhoneCode =
  | 'phone_not_own'
  | 'identity_wrong'
  | 'identity_tried'
  | 'phone_proof_ended'
  | 'phone_taken'
  | 'phone_registers'
  | 'phone_changes_used';

/** The same of the page on which they set their password: words/own-password.ts says them. */
export type OwnPasswordCode = 'account_taken' | 'account_malformed' | 'password_weak';

/** Refusals of claiming a number that is taken, which the web page alone has: words/claim.ts says them. */
export type ClaimCode =
  | 'number_free'
  | 'not_phone_of_record'
  | 'claim_not_begun'
  | 'claim_waits'
  | 'claim_judged'
  | 'claims_used'
  | 'claims_full'
  | 'photo_unreadable'
  | 'photo_too_small'
  | 'photo_too_large'
  | 'file_has_malware'
  | 'scanner_unavailable';

/** What the catalogue has words for: each refusal, two of them also with a pass in it, and those of a newer server. */
export type Worded =
  | Exclude<PhoneCode, FormCode | OwnPhoneCode | OwnPasswordCode | ClaimCode>
  | 'person_not_approved_held'
  | 'phone_not_registered_held'
  | 'unknown';

/** A part of the catalogue. */
export type Refusals = Partial<Record<Worded, RefusalWords>>;

export const NEXT_STEPS: Record<NextStep, Sentence> = {
  scan: ['重新扫码', 'Scan again'],
  log_in: ['去登录', 'Log in'],
  register: ['填写注册信息', 'Register'],
  switch_person: ['使用其他账号', 'Use another account'],
  show_staff: ['出示给会务人员', 'Show to staff'],
  try_again: SHELL.try_again,
  present_again: ['重新提交', 'Submit again'],
  home: ['返回首页', 'Go to the start page'],
};

export const refusal = (
  mood: 'soon' | 'no',
  next: NextStep,
  what: Sentence,
  why: Sentence,
): RefusalWords => ({
  mood,
  what,
  why,
  next,
});
