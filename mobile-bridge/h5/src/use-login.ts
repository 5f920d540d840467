// The login's actions: its two ways, the request and its result.
// It must not know where people go afterwards, nor how a field is drawn.

import {
  account_fault,
  password_fault,
  phone_fault,
  sms_code_fault,
  tidy_phone,
  tidy_sms_code,
  FIELD_FAULTS,
  LOGIN,
  type FieldFault,
  type Proof,
} from '@zaichang/core';
import { ref, type Ref } from 'vue';
import { use_context } from './context.ts';
import { BY_SMS, type Field } from './parts/form-fields.vue';
import { use_form, type Form, type Judge } from './use-form.ts';

export type FieldName = 'phone' | 'sms_code' | 'account' | 'password';
export type Way = 'sms' | 'password';

export const FIELDS: Record<Way, Field[]> = {
  sms: BY_SMS,
  password: [
    { name: 'account', label: LOGIN.account, autocomplete: 'username' },
    { name: 'password', label: LOGIN.password, type: 'password', autocomplete: 'current-password' },
  ],
};

const as_typed = (text: string): string => text;
const JUDGED: Record<FieldName, Judge<FieldFault>> = {
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
  account: { tidy: as_typed, fault: account_fault },
  password: { tidy: as_typed, fault: password_fault },
};

export interface LoginDoings {
  form: Form<FieldName>;
  way: Ref<Way>;
  logging_in: Ref<boolean>;
  /** True when the person is logged in. */
  log_in(): Promise<boolean>;
}

export function use_login(): LoginDoings {
  const { api, outbox, logged_in } = use_context();
  const form = use_form(JUDGED, FIELD_FAULTS);
  const way = ref<Way>('sms');
  const logging_in = ref(false);

  function proof(): Proof {
    const { phone, sms_code, account, password } = form.fields;
    return way.value === 'sms'
      ? { phone: phone.value, sms_code: sms_code.value }
      : { account: account.value.trim(), password: password.value };
  }

  async function log_in(): Promise<boolean> {
    if (logging_in.value || !form.all_well(FIELDS[way.value].map(({ name }) => name as FieldName)))
      return false;
    const handed_in = outbox.anonymous_pass();
    const answer = await form.ask(logging_in, (work) => api.log_in(proof(), handed_in, work));
    if (answer.is === 'value') logged_in(answer.value, handed_in);
    return answer.is === 'value';
  }

  return { form, way, logging_in, log_in };
}
