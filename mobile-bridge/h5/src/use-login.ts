// The login's doings: fields with their faults, the text message and its pause, the request and what came of it.
// It must not know where people go afterwards, nor how a field is drawn.

import {
  account_fault,
  password_fault,
  phone_fault,
  say,
  sms_code_fault,
  tidy_phone,
  tidy_sms_code,
  FIELD_FAULTS,
  type Answer,
  type FieldFault,
  type Proof,
} from '@zaichang/core';
import { ref, shallowRef, type Ref } from 'vue';
import { use_here } from './here.ts';
import { trouble_with } from './trouble.ts';

export type FieldName = 'phone' | 'sms_code' | 'account' | 'password';
export type Way = 'sms' | 'password';

const FIELDS_OF: Record<Way, FieldName[]> = { sms: ['phone', 'sms_code'], password: ['account', 'password'] };

const as_typed = (text: string): string => text;
const JUDGED: Record<FieldName, { tidy(text: string): string; fault(text: string): FieldFault | null }> = {
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
  account: { tidy: as_typed, fault: account_fault },
  password: { tidy: as_typed, fault: password_fault },
};

export interface LoginDoings {
  way: Ref<Way>;
  fields: Record<FieldName, Ref<string>>;
  fault(name: FieldName): string | null;
  leave(name: FieldName): void;
  sending_sms_code: Ref<boolean>;
  /** Server Unix ms; 0 when no message was asked for yet. */
  resend_at: Ref<number>;
  send_sms_code(): Promise<boolean>;
  logging_in: Ref<boolean>;
  trouble: Ref<string | null>;
  /** True when the person is logged in. */
  log_in(): Promise<boolean>;
}

export function use_login(): LoginDoings {
  const { api, clock, outbox, taste, logged_in } = use_here();
  const way = ref<Way>('sms');
  const fields = { phone: ref(''), sms_code: ref(''), account: ref(''), password: ref('') };
  const faults = shallowRef<Partial<Record<FieldName, FieldFault | null>>>({});
  const sending_sms_code = ref(false);
  const resend_at = ref(0);
  const logging_in = ref(false);
  const trouble = ref<string | null>(null);

  function fault(name: FieldName): string | null {
    const found = faults.value[name];
    return found ? say(FIELD_FAULTS[found], taste.language.value) : null;
  }

  /** Judged when left, not while typing; a pasted "+86 138-…" is tidied where people can see it. */
  function leave(name: FieldName): void {
    const field = fields[name];
    const { tidy, fault: judge } = JUDGED[name];
    field.value = tidy(field.value);
    faults.value = { ...faults.value, [name]: judge(field.value) };
  }

  function all_well(names: FieldName[]): boolean {
    names.forEach(leave);
    return names.every((name) => faults.value[name] === null);
  }

  async function ask<T>(busy: Ref<boolean>, call: () => Promise<Answer<T>>): Promise<Answer<T>> {
    busy.value = true;
    trouble.value = null;
    const answer = await call();
    trouble.value = await trouble_with(answer, taste.language.value, clock.now());
    busy.value = false;
    return answer;
  }

  async function send_sms_code(): Promise<boolean> {
    if (sending_sms_code.value || clock.now() < resend_at.value || !all_well(['phone'])) return false;
    const answer = await ask(sending_sms_code, () => api.send_sms_code(fields.phone.value));
    const asked = answer.is === 'value' ? answer.value : answer.is === 'refused' ? answer.problem : null;
    if (asked?.retry_after_ms) resend_at.value = clock.now() + asked.retry_after_ms;
    return answer.is === 'value';
  }

  function proof(): Proof {
    const { phone, sms_code, account, password } = fields;
    return way.value === 'sms'
      ? { phone: phone.value, sms_code: sms_code.value }
      : { account: account.value.trim(), password: password.value };
  }

  async function log_in(): Promise<boolean> {
    if (logging_in.value || !all_well(FIELDS_OF[way.value])) return false;
    const handed_in = outbox.anonymous_pass();
    const answer = await ask(logging_in, () => api.log_in(proof(), handed_in));
    if (answer.is === 'value') logged_in(answer.value, handed_in);
    return answer.is === 'value';
  }

  return {
    way,
    fields,
    fault,
    leave,
    sending_sms_code,
    resend_at,
    send_sms_code,
    logging_in,
    trouble,
    log_in,
  };
}
