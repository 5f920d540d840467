// Binding the WeChat account of this window to whoever is logged in: their ID number, and their phone proved by a text message.
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
import type { Answer, FieldFault, PersonFault } from '@zaichang/core';
import { ref, shallowRef, type Ref } from 'vue';
import { use_here } from '../here.ts';
import { trouble_with } from '../trouble.ts';
import { come_in } from './stays-out.ts';
import { note_trip, ticket_in } from './trip.ts';
import { typed_phone } from './typed-phone.ts';

export type BindingField = 'id_number' | 'phone' | 'sms_code';

const JUDGED = {
  id_number: { tidy: tidy_id_number, fault: id_number_fault },
  phone: { tidy: tidy_phone, fault: phone_fault },
  sms_code: { tidy: tidy_sms_code, fault: sms_code_fault },
};
const NAMES = Object.keys(JUDGED) as BindingField[];
const FAULTS = { ...FIELD_FAULTS, ...PERSON_FAULTS };

export interface BindingDoings {
  fields: Record<BindingField, Ref<string>>;
  fault(name: BindingField): string | null;
  leave(name: BindingField): void;
  sending_sms_code: Ref<boolean>;
  /** Server Unix ms; 0 when no message was asked for yet. */
  resend_at: Ref<number>;
  send_sms_code(): Promise<boolean>;
  binding: Ref<boolean>;
  bound: Ref<boolean>;
  trouble: Ref<string | null>;
  bind(): Promise<void>;
}

export function use_binding(): BindingDoings {
  const { api, clock, logged_in, me, platform, taste } = use_here();
  const wechat = wechat_api_over(platform, { kind: 'h5' });
  const fields = { id_number: ref(''), phone: ref(tidy_phone(typed_phone())), sms_code: ref('') };
  const faults = shallowRef<Partial<Record<BindingField, FieldFault | PersonFault | null>>>({});
  const [sending_sms_code, binding, bound] = [ref(false), ref(false), ref(false)];
  const resend_at = ref(0);
  const trouble = ref<string | null>(null);

  function fault(name: BindingField): string | null {
    const found = faults.value[name];
    return found ? say(FAULTS[found], taste.language.value) : null;
  }

  function leave(name: BindingField): void {
    const { tidy, fault: judge } = JUDGED[name];
    fields[name].value = tidy(fields[name].value);
    faults.value = { ...faults.value, [name]: judge(fields[name].value) };
  }

  function all_well(names: BindingField[]): boolean {
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
    if (asked?.retry_after_ms) {
      resend_at.value = clock.now() + asked.retry_after_ms;
      // The login's own message was a moment ago: the seconds on the button say all there is to say.
      trouble.value = null;
    }
    return answer.is === 'value';
  }

  function over(): void {
    note_trip(window, { is: 'over' });
    trouble.value = say(WECHAT_LOGIN.binding_over, taste.language.value);
  }

  async function bind(): Promise<void> {
    if (binding.value || me.value === null || !all_well(NAMES)) return;
    const bind_ticket = ticket_in(window, clock.now());
    if (bind_ticket === null) return over();
    const [id_number, phone, sms_code] = NAMES.map((name) => fields[name].value) as [string, string, string];
    const who = { bind_ticket, name: me.value.name, id_number, phone, sms_code };
    const answer = await ask(binding, () => wechat.bind(who, null));
    if (answer.is === 'refused' && answer.problem.code === 'wechat_ticket_invalid') over();
    if (answer.is !== 'value') return;
    note_trip(window, { is: 'over' });
    come_in(platform.storage);
    logged_in(answer.value, null);
    bound.value = true;
  }

  return { fields, fault, leave, sending_sms_code, resend_at, send_sms_code, binding, bound, trouble, bind };
}
