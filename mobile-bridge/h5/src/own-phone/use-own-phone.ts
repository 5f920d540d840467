// Replacing one's own phone: the proof that it is oneself, and the new phone with it. What is typed is kept while something is wrong.
// It must not draw a field.

import {
  FIELD_FAULTS,
  OWN_PHONE,
  OWN_PHONE_REFUSALS,
  PERSON_FAULTS,
  name_fault,
  own_phone_api_over,
  phone_fault,
  say,
  sms_code_fault,
  tidy_name,
  tidy_phone,
  tidy_sms_code,
  type Answer,
  type FieldFault,
  type OwnPhone,
  type PersonFault,
  type PhoneProof,
} from '@zaichang/core';
import { computed, ref, shallowRef, type Ref } from 'vue';
import { use_context } from '../context.ts';
import { BY_SMS, type Field } from '../parts/form-fields.vue';
import { login_address } from '../route.ts';
import { use_form, type Form, type Judge } from '../use-form.ts';

export type Way = 'old_phone' | 'document';

const SMS: Record<'phone' | 'sms_code', Judge<FieldFault>> = {
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
};
/** Of which document it is, the server knows: it judges its form. */
const DOCUMENT: Record<'name' | 'number', Judge<PersonFault>> = {
  name: { tidy: tidy_name, fault: name_fault },
  number: { tidy: (text) => text.trim(), fault: (text) => (text === '' ? 'id_number_missing' : null) },
};

const sms_fields = (label: Field['label']): Field[] =>
  BY_SMS.map((field) => (field.name === 'phone' ? { ...field, label } : field));
const WHO: Record<Way, Field[]> = {
  old_phone: sms_fields(OWN_PHONE.old_phone),
  document: [
    { name: 'name', label: OWN_PHONE.name, autocomplete: 'name' },
    { name: 'number', label: OWN_PHONE.number, autocomplete: 'off' },
  ],
};
const NEW = sms_fields(OWN_PHONE.new_phone);

export interface Replacing {
  way: Ref<Way>;
  /** The form of this step: who one is, then the new phone. */
  form: Ref<Form>;
  fields: Ref<Field[]>;
  is_proved: Ref<boolean>;
  busy: Ref<boolean>;
  /** Null until it is done. */
  replaced: Ref<OwnPhone | null>;
  /** True when the step was granted. */
  go_on(): Promise<boolean>;
}

export function use_own_phone(): Replacing {
  const context = use_context();
  const { platform, preferences } = context;
  const api = own_phone_api_over(platform, { kind: 'h5' });
  const who = use_form({ ...SMS, ...DOCUMENT }, { ...FIELD_FAULTS, ...PERSON_FAULTS });
  const next = use_form(SMS, FIELD_FAULTS);
  const way = ref<Way>('old_phone');
  const busy = ref(false);
  const ticket = ref<string | null>(null);
  const replaced = shallowRef<OwnPhone | null>(null);
  const is_proved = computed(() => ticket.value !== null);

  /** What this page alone is refused is said in its own words; a login that has ended is asked for. */
  function heard(answer: Answer<unknown>, form: Pick<Form, 'trouble'>): void {
    if (answer.is !== 'refused') return;
    const { code } = answer.problem;
    if (code === 'login_required') {
      context.logged_out();
      context.navigation.replace(login_address(`/${window.location.hash}`));
    } else if (code in OWN_PHONE_REFUSALS) {
      const sentence = OWN_PHONE_REFUSALS[code as keyof typeof OWN_PHONE_REFUSALS];
      form.trouble.value = say(sentence, preferences.language.value);
    }
  }

  async function prove(): Promise<boolean> {
    if (busy.value || !who.all_well(WHO[way.value].map(({ name }) => name as keyof typeof who.fields)))
      return false;
    const { phone, sms_code, name, number } = who.fields;
    const given: PhoneProof =
      way.value === 'old_phone'
        ? { phone: phone.value, sms_code: sms_code.value }
        : { name: name.value, number: number.value };
    const answer = await who.ask(busy, (work) => api.prove(given, work));
    heard(answer, who);
    if (answer.is === 'value') ticket.value = answer.value.ticket;
    return answer.is === 'value';
  }

  async function change(): Promise<boolean> {
    const shown = ticket.value;
    if (busy.value || shown === null || !next.all_well(['phone', 'sms_code'])) return false;
    const { phone, sms_code } = next.fields;
    const wanted = { ticket: shown, phone: phone.value, sms_code: sms_code.value };
    const answer = await next.ask(busy, (work) => api.change(wanted, work));
    if (answer.is === 'refused' && answer.problem.code === 'phone_proof_ended') {
      // Back to who it is, where that is said.
      ticket.value = null;
      who.fields.sms_code.value = '';
      heard(answer, who);
      return false;
    }
    heard(answer, next);
    if (answer.is === 'value') replaced.value = answer.value;
    return answer.is === 'value';
  }

  return {
    way,
    form: computed(() => (is_proved.value ? next : who)) as Ref<Form>,
    fields: computed(() => (is_proved.value ? NEW : WHO[way.value])),
    is_proved,
    busy,
    replaced,
    go_on: () => (is_proved.value ? change() : prove()),
  };
}
