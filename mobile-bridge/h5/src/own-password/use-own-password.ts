// Setting the account and the password that one logs in by: the proof that it is oneself, then both. What is typed is kept while something
// is wrong. It must not draw a field.

import {
  FIELD_FAULTS,
  OWN_PASSWORD,
  OWN_PASSWORD_REFUSALS,
  PASSWORD_FAULTS,
  PERSON_FAULTS,
  account_fault,
  name_fault,
  own_password_api_over,
  password_fault,
  phone_fault,
  say,
  sms_code_fault,
  tidy_name,
  tidy_phone,
  tidy_sms_code,
  type Answer,
  type FieldFault,
  type OwnPasswordSet,
  type PasswordFault,
  type PersonFault,
} from '@zaichang/core';
import { computed, ref, shallowRef, type Ref } from 'vue';
import { use_context } from '../context.ts';
import { BY_SMS, type Field } from '../parts/form-fields.vue';
import { login_address } from '../route.ts';
import { use_form, type Form, type Judge } from '../use-form.ts';

const WHO: Record<'phone' | 'sms_code' | 'name' | 'number', Judge<FieldFault | PersonFault>> = {
  name: { tidy: tidy_name, fault: name_fault },
  /** Of which document it is, the server knows: it judges its form. */
  number: { tidy: (text) => text.trim(), fault: (text) => (text === '' ? 'id_number_missing' : null) },
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
};
const WHO_FIELDS: Field[] = [
  { name: 'name', label: OWN_PASSWORD.name, autocomplete: 'name' },
  { name: 'number', label: OWN_PASSWORD.number, autocomplete: 'off' },
  ...BY_SMS.map((field) => (field.name === 'phone' ? { ...field, label: OWN_PASSWORD.phone } : field)),
];
const NEW_FIELDS: Field[] = [
  { name: 'account', label: OWN_PASSWORD.account, autocomplete: 'username' },
  { name: 'password', label: OWN_PASSWORD.password, type: 'password', autocomplete: 'new-password' },
  { name: 'again', label: OWN_PASSWORD.again, type: 'password', autocomplete: 'new-password' },
];

export interface Setting {
  /** The form of this step: who one is, then account and password. */
  form: Ref<Form>;
  fields: Ref<Field[]>;
  is_proved: Ref<boolean>;
  /** The account that stands; null where none does, or before it is known. */
  stands: Ref<string | null>;
  busy: Ref<boolean>;
  /** Null until it is done. */
  done: Ref<OwnPasswordSet | null>;
  /** True when the step was granted. */
  go_on(): Promise<boolean>;
}

export function use_own_password(): Setting {
  const context = use_context();
  const { platform, preferences } = context;
  const api = own_password_api_over(platform, { kind: 'h5' });
  const who = use_form(WHO, { ...FIELD_FAULTS, ...PERSON_FAULTS });
  const next = use_form<'account' | 'password' | 'again', PasswordFault>(
    {
      phone: { tidy: (text) => text, fault: () => null },
      account: {
        // One of an older platform may be called as no new one may be.
        tidy: (text) => (text.trim() === stands.value ? text.trim() : text.trim().toLowerCase()),
        fault: (text) => (text === stands.value || account_fault(text) === null ? null : 'account_missing'),
      },
      password: {
        tidy: (text) => text,
        fault: (text) => (password_fault(text) === null ? null : 'password_missing'),
      },
      again: {
        tidy: (text) => text,
        fault: (text) => (text === next_password() ? null : 'passwords_differ'),
      },
    },
    PASSWORD_FAULTS,
  );
  const next_password = (): string => next.fields.password.value;
  const busy = ref(false);
  const ticket = ref<string | null>(null);
  const stands = ref<string | null>(null);
  const done = shallowRef<OwnPasswordSet | null>(null);
  const is_proved = computed(() => ticket.value !== null);

  /** What this page alone is refused is said in its own words; a login that has ended is asked for. */
  function heard(answer: Answer<unknown>, form: Pick<Form, 'trouble'>): void {
    if (answer.is !== 'refused') return;
    const { code } = answer.problem;
    if (code === 'login_required') {
      context.logged_out();
      context.navigation.replace(login_address(`/${window.location.hash}`));
    } else if (code in OWN_PASSWORD_REFUSALS) {
      const sentence = OWN_PASSWORD_REFUSALS[code as keyof typeof OWN_PASSWORD_REFUSALS];
      form.trouble.value = say(sentence, preferences.language.value);
    }
  }

  async function load(): Promise<void> {
    const answer = await api.account();
    heard(answer, who);
    const account = answer.is === 'value' ? answer.value.account : null;
    if (!account) return;
    stands.value = account;
    next.fields.account.value ||= account;
  }

  async function prove(): Promise<boolean> {
    if (busy.value || !who.all_well(['name', 'number', 'phone', 'sms_code'])) return false;
    const { phone, sms_code, name, number } = who.fields;
    const given = {
      phone: phone.value,
      sms_code: sms_code.value,
      name: name.value,
      number: number.value,
    };
    const answer = await who.ask(busy, (work) => api.prove(given, work));
    heard(answer, who);
    if (answer.is === 'value') ticket.value = answer.value.ticket;
    return answer.is === 'value';
  }

  async function set(): Promise<boolean> {
    const shown = ticket.value;
    if (busy.value || shown === null || !next.all_well(['account', 'password', 'again'])) return false;
    const account = next.fields.account.value;
    const chosen = account === stands.value ? {} : { account };
    const wanted = { ticket: shown, ...chosen, password: next.fields.password.value };
    const answer = await next.ask(busy, () => api.set(wanted));
    if (answer.is === 'refused' && answer.problem.code === 'phone_proof_ended') {
      // Back to who it is, where that is said.
      ticket.value = null;
      who.fields.sms_code.value = '';
      heard(answer, who);
      return false;
    }
    heard(answer, next);
    if (answer.is === 'value') done.value = answer.value;
    return answer.is === 'value';
  }

  void load();
  return {
    form: computed(() => (is_proved.value ? next : who)) as Ref<Form>,
    fields: computed(() => (is_proved.value ? NEW_FIELDS : WHO_FIELDS)),
    is_proved,
    stands,
    busy,
    done,
    go_on: () => (is_proved.value ? set() : prove()),
  };
}
