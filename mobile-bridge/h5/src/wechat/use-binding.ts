// Binding the WeChat account of this window to the logged-in person: their ID number, and their phone proved by a text message,
// the login's if there was one.
// It must not keep what is typed, nor draw a field.

import {
  FIELD_FAULTS,
  PERSON_FAULTS,
  WECHAT_LOGIN,
  id_number_fault,
  phone_fault,
  say,
  sms_code_fault,
  tidy_id_number,
  tidy_phone,
  tidy_sms_code,
  wechat_api_over,
} from '@zaichang/core';
import type { FieldFault, PersonFault } from '@zaichang/core';
import { computed, ref, type Ref } from 'vue';
import { use_context } from '../context.ts';
import { use_form, type Form, type Judge } from '../use-form.ts';
import { come_in } from './stays-out.ts';
import { note_trip, ticket_in } from './trip.ts';
import { typed_phone, typed_sms_code } from './typed-login.ts';

export type BindingField = 'id_number' | 'phone' | 'sms_code';

/** Without a proof of the phone; the server says so if it wants one all the same. */
const ID_NUMBER: BindingField[] = ['id_number'];
const ALL: BindingField[] = [...ID_NUMBER, 'phone', 'sms_code'];

const JUDGED: Record<BindingField, Judge<FieldFault | PersonFault>> = {
  id_number: { tidy: tidy_id_number, fault: id_number_fault },
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
};

export interface BindingDoings {
  form: Form<BindingField>;
  /** The fields that are to be filled in. */
  wanted: Ref<BindingField[]>;
  binding: Ref<boolean>;
  bound: Ref<boolean>;
  /** True when the account is bound. */
  bind(): Promise<boolean>;
}

export function use_binding(): BindingDoings {
  const { clock, logged_in, me, platform, preferences } = use_context();
  const wechat = wechat_api_over(platform, { kind: 'h5' });
  const form = use_form(JUDGED, { ...FIELD_FAULTS, ...PERSON_FAULTS });
  const { fields, trouble } = form;
  fields.phone.value = tidy_phone(typed_phone());
  const [binding, bound] = [ref(false), ref(false)];
  const phone_proved = ref(typed_sms_code());
  const wanted = computed(() => (phone_proved.value ? ID_NUMBER : ALL));

  async function send_sms_code(): Promise<boolean> {
    const accepted = await form.send_sms_code();
    // The login's own message was sent a moment ago: the seconds on the button show that.
    if (clock.now() < form.resend_at.value) trouble.value = null;
    return accepted;
  }

  function over(): false {
    note_trip(window, { is: 'over' });
    trouble.value = say(WECHAT_LOGIN.binding_over, preferences.language.value);
    return false;
  }

  async function bind(): Promise<boolean> {
    if (binding.value || me.value === null || !form.all_well(wanted.value)) return false;
    const bind_ticket = ticket_in(window, clock.now());
    if (bind_ticket === null) return over();
    const { id_number, phone, sms_code } = fields;
    const { name } = me.value;
    const who = { bind_ticket, name, id_number: id_number.value };
    const proof = phone_proved.value ? {} : { phone: phone.value, sms_code: sms_code.value };
    const answer = await form.ask(binding, (work) => wechat.bind({ ...who, ...proof }, null, work));
    if (answer.is === 'refused' && answer.problem.code === 'wechat_ticket_invalid') return over();
    if (answer.is === 'refused' && phone_proved.value && answer.problem.field === 'phone') {
      phone_proved.value = false;
      trouble.value = say(WECHAT_LOGIN.phone_again, preferences.language.value);
    }
    if (answer.is !== 'value') return false;
    note_trip(window, { is: 'over' });
    come_in(platform.storage);
    logged_in(answer.value, null);
    return (bound.value = true);
  }

  return { form: { ...form, send_sms_code }, wanted, binding, bound, bind };
}
