// Claiming a number that is taken: by the phone of record, which logs in at once, or with a photo, which is handed in. What is typed is
// kept while something is wrong. It must not draw a field.

import {
  CLAIM,
  CLAIM_FAULTS,
  CLAIM_REASONS,
  CLAIM_REFUSALS,
  FIELD_FAULTS,
  REGISTRATION,
  claim_over,
  phone_fault,
  say,
  sms_code_fault,
  tidy_phone,
  tidy_sms_code,
  type Answer,
  type ClaimFault,
  type FieldFault,
  type Problem,
} from '@zaichang/core';
import { onUnmounted, ref, shallowRef, type Ref } from 'vue';
import { use_context } from '../context.ts';
import { BY_SMS, type Field } from '../parts/form-fields.vue';
import { NO_ANSWER } from '../trouble.ts';
import { use_form, type Form, type Judge } from '../use-form.ts';
import { note_registering } from './address.ts';
import type { Answer as Told, Registration, RegistrationApi } from './api.ts';
import { small_photo } from './small-photo.ts';
import type { Taken } from './use-registration.ts';

const SMS: Record<'phone' | 'sms_code', Judge<FieldFault>> = {
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
};

export const OLD_PHONE: Field[] = BY_SMS.map((field) =>
  field.name === 'phone' ? { ...field, label: CLAIM.old_phone } : field,
);

type Faulty = Partial<Record<'reason' | 'more' | 'photo', ClaimFault | null>>;

export interface Claiming {
  form: Form;
  busy: Ref<boolean>;
  trouble: Ref<string | null>;
  /** Whether the number is this phone's now, and one is logged in. */
  is_done: Ref<boolean>;
  /** Which of the usual reasons, by its place; none yet. */
  reason: Ref<number | null>;
  more: Ref<string>;
  faults: Ref<Faulty>;
  /** The address of the photo that was chosen, on this page. */
  preview: Ref<string | null>;
  choose(photo: File | null): void;
  /** A field is written anew: what was wrong with it is said no longer. */
  rewritten(field: keyof Faulty): void;
  by_phone(): Promise<boolean>;
  /** The registration once the claim is handed in; null where something is wrong. */
  by_photo(): Promise<Registration | null>;
}

export function use_claim(
  api: RegistrationApi,
  registration: () => Registration,
  taken: () => Taken,
  ended: () => void,
): Claiming {
  const context = use_context();
  const { platform, preferences } = context;
  const claim = claim_over(platform, { kind: 'h5' });
  const form = use_form(SMS, FIELD_FAULTS);
  const busy = ref(false);
  const trouble = ref<string | null>(null);
  const is_done = ref(false);
  let { version } = registration();
  const reason = ref<number | null>(null);
  const more = ref('');
  const faults = shallowRef<Faulty>({});
  const photo = shallowRef<File | null>(null);
  const preview = ref<string | null>(null);

  /** What this page alone is refused is said in its own words. */
  function own_words(code: string): string | null {
    const sentence = CLAIM_REFUSALS[code as keyof typeof CLAIM_REFUSALS];
    return sentence ? say(sentence, preferences.language.value) : null;
  }

  function heard(answer: Answer<unknown>): void {
    if (answer.is !== 'refused') return;
    if (answer.problem.code === 'registration_session_ended') ended();
    form.trouble.value = own_words(answer.problem.code) ?? form.trouble.value;
  }

  async function by_phone(): Promise<boolean> {
    if (busy.value || !form.all_well(['phone', 'sms_code'])) return false;
    const { phone, sms_code } = form.fields;
    const { document, number } = taken();
    const given = { document, number, phone: phone.value, sms_code: sms_code.value };
    const answer = await form.ask(busy, (work) => claim(given, work));
    heard(answer);
    if (answer.is !== 'value') return false;
    note_registering(platform.storage, false);
    context.logged_in(answer.value, null);
    return (is_done.value = true);
  }

  function choose(chosen: File | null): void {
    if (chosen === null) return;
    if (preview.value) window.URL.revokeObjectURL(preview.value);
    photo.value = chosen;
    preview.value = window.URL.createObjectURL(chosen);
    rewritten('photo');
  }
  onUnmounted(() => preview.value && window.URL.revokeObjectURL(preview.value));

  function rewritten(field: keyof Faulty): void {
    faults.value = { ...faults.value, [field]: null };
  }

  const is_other = (): boolean => reason.value === CLAIM_REASONS.length - 1;

  function all_well(): boolean {
    const words = more.value.trim();
    faults.value = {
      reason: reason.value === null ? 'missing' : null,
      more: words.length > 180 ? 'more_form' : is_other() && words.length < 2 ? 'missing' : null,
      photo: photo.value === null ? 'photo_missing' : null,
    };
    return Object.values(faults.value).every((fault) => fault === null);
  }

  /** Another device was quicker: what it has handed in is shown; what it has only changed is sent over. */
  function meanwhile(stands: Registration): Registration | null {
    ({ version } = stands);
    if (stands.state !== 'draft' || stands.claim?.state === 'submitted') return stands;
    trouble.value = say(REGISTRATION.meanwhile, preferences.language.value);
    return null;
  }

  async function refused(answer: Told<unknown>): Promise<void> {
    const problem: Problem = answer.is === 'refused' ? answer.problem : NO_ANSWER;
    if (problem.code === 'registration_session_ended') return ended();
    if (problem.code === 'bad_request' && problem.field === 'note') {
      faults.value = { ...faults.value, more: 'more_form' };
      return;
    }
    const { refusal_line } = await import('../refusal-line.ts');
    trouble.value =
      own_words(problem.code) ?? refusal_line(problem, preferences.language.value, context.clock.now());
  }

  async function by_photo(): Promise<Registration | null> {
    if (busy.value || !all_well() || photo.value === null) return null;
    busy.value = true;
    trouble.value = null;
    const why = is_other() ? [] : [CLAIM_REASONS[reason.value ?? 0]?.[0]];
    const note = [...why, more.value.trim()].filter((part) => part).join('；');
    let answer = await api.begin_claim(version, { ...taken(), note });
    if (answer.is === 'value') {
      // What a photo is refused for is put right by the version that stands since.
      ({ version } = answer.value);
      answer = await api.send_photo(version, await small_photo(window, photo.value));
    }
    busy.value = false;
    if (answer.is === 'value') return answer.value;
    if (answer.is === 'meanwhile') return meanwhile(answer.current);
    await refused(answer);
    return null;
  }

  return {
    form,
    busy,
    trouble,
    is_done,
    reason,
    more,
    faults,
    preview,
    choose,
    rewritten,
    by_phone,
    by_photo,
  };
}

/** What is wrong with a field of the claim, in words. */
export const said_of = (
  fault: ClaimFault | null | undefined,
  t: (sentence: readonly [string, string]) => string,
) => (fault ? t(CLAIM_FAULTS[fault]) : null);
