// What the login and the binding of WeChat share: fields that are judged when they are left, the text message and its pause,
// and requests whose trouble is said under the form. It must not know what the form is for, nor how a field is drawn.

import { say, type Answer, type Sentence, type SmsCodeSent } from '@zaichang/core';
import { ref, shallowRef, type Ref } from 'vue';
import { use_context } from './context.ts';
import { trouble_with } from './trouble.ts';

/** The code that is loaded later did not arrive. */
const NO_LINE = (): Answer<never> => ({ is: 'no_answer' });

export interface Judge<Fault> {
  tidy(text: string): string;
  fault(text: string): Fault | null;
}

export interface Form<Name extends string = string> {
  fields: Record<Name, Ref<string>>;
  fault(name: Name): string | null;
  /** A field has other text in it. */
  typed(name: Name): void;
  leave(name: Name): void;
  /** Leaves all of these; false when one has a fault. */
  all_well(names: Name[]): boolean;
  sending_sms_code: Ref<boolean>;
  /** Server Unix ms; 0 when no message was asked for yet. */
  resend_at: Ref<number>;
  send_sms_code(): Promise<boolean>;
  trouble: Ref<string | null>;
  /** Asks once more with the work that the first refusal wants. */
  ask<T>(busy: Ref<boolean>, call: (work?: string) => Promise<Answer<T>>): Promise<Answer<T>>;
}

export function use_form<Name extends string, Fault extends string>(
  judged: Record<Name | 'phone', Judge<Fault>>,
  sentences: Record<Fault, Sentence>,
): Form<Name | 'phone'> {
  type Field = Name | 'phone';
  const context = use_context();
  const { api, clock, outbox, platform, preferences } = context;
  const later = () => import('@zaichang/core/sms-code');
  const fields = {} as Record<Field, Ref<string>>;
  for (const name in judged) fields[name as Field] = ref('');
  const faults = shallowRef<Partial<Record<Field, Fault | null>>>({});
  const sending_sms_code = ref(false);
  const resend_at = ref(0);
  const trouble = ref<string | null>(null);

  function fault(name: Field): string | null {
    const found: Fault | null | undefined = faults.value[name];
    return found ? say(sentences[found], preferences.language.value) : null;
  }

  /** Once the phone number is valid, starts the work that its message needs, unless a scan makes that unnecessary. */
  function typed(name: Field): void {
    const { tidy, fault: judge } = judged[name];
    const phone = tidy(fields[name].value);
    if (name === 'phone' && judge(phone) === null && outbox.anonymous_pass() === null)
      later().then((sms) => sms.work_for(api, platform.clock, phone), NO_LINE);
  }

  /** Judged when left, not while typing; a pasted "+86 138-…" is tidied where people can see it. */
  function leave(name: Field): void {
    const field = fields[name];
    const { tidy, fault: judge } = judged[name];
    field.value = tidy(field.value);
    faults.value = { ...faults.value, [name]: judge(field.value) };
  }

  function all_well(names: Field[]): boolean {
    names.forEach(leave);
    return names.every((name) => faults.value[name] === null);
  }

  async function ask<T>(busy: Ref<boolean>, call: (work?: string) => Promise<Answer<T>>): Promise<Answer<T>> {
    busy.value = true;
    trouble.value = null;
    let answer = await call();
    // More may be asked for while the phone works, once.
    for (let worked = 0; worked < 2; worked++) {
      const challenge = answer.is === 'refused' && answer.problem.challenge;
      if (!challenge) break;
      answer = await later().then((sms) => sms.prove(challenge, platform.clock).then(call), NO_LINE);
    }
    trouble.value = await trouble_with(answer, context);
    busy.value = false;
    return answer;
  }

  /** A scan too long ago needs work, as no scan does; that was begun when the number was there. */
  function message(work?: string): Promise<Answer<SmsCodeSent>> {
    const phone = fields.phone.value;
    const scan = outbox.anonymous_pass();
    return scan || work
      ? api.send_sms_code(phone, scan, work)
      : later().then((sms) => sms.send_with_work(api, platform.clock, phone), NO_LINE);
  }

  async function send_sms_code(): Promise<boolean> {
    if (sending_sms_code.value || clock.now() < resend_at.value || !all_well(['phone'])) return false;
    const answer = await ask(sending_sms_code, message);
    const asked = answer.is === 'value' ? answer.value : answer.is === 'refused' ? answer.problem : null;
    if (asked?.retry_after_ms) resend_at.value = clock.now() + asked.retry_after_ms;
    return answer.is === 'value';
  }

  return { fields, fault, typed, leave, all_well, sending_sms_code, resend_at, send_sms_code, trouble, ask };
}
