// The form that identifies a person: its fields in order, what is tidied and judged when one is left. Pure.
// It must not keep what was typed anywhere but in the page, nor send it (the page does).

import {
  BIND,
  FIELD_FAULTS,
  LOGIN,
  PERSON_FAULTS,
  id_number_fault,
  name_fault,
  phone_fault,
  sms_code_fault,
  tidy_id_number,
  tidy_name,
  tidy_phone,
  tidy_sms_code,
  type Sentence,
} from '@zaichang/core';

export type FieldName = 'name' | 'id_number' | 'phone' | 'sms_code';

/** `bind_by_wechat`: WeChat itself hands over the phone number. `phone`: a login by text message, nothing bound. */
export type Way = 'bind_by_wechat' | 'bind_by_sms' | 'phone';

export const FIELDS_OF: Record<Way, FieldName[]> = {
  bind_by_wechat: ['name', 'id_number'],
  bind_by_sms: ['name', 'id_number', 'phone', 'sms_code'],
  phone: ['phone', 'sms_code'],
};

interface Field {
  label: Sentence;
  /** The keyboard that WeChat opens. */
  keyboard: 'text' | 'idcard' | 'number';
  longest: number;
  tidy(text: string): string;
  fault(text: string): Sentence | null;
}

/** Longer than what is meant, so that a paste with blanks or a whole text message is tidied and not cut. */
export const FIELDS: Record<FieldName, Field> = {
  name: {
    label: BIND.name,
    keyboard: 'text',
    longest: 60,
    tidy: tidy_name,
    fault: (text) => words_of(PERSON_FAULTS, name_fault(text)),
  },
  id_number: {
    label: BIND.id_number,
    keyboard: 'idcard',
    longest: 30,
    tidy: tidy_id_number,
    fault: (text) => words_of(PERSON_FAULTS, id_number_fault(text)),
  },
  phone: {
    label: LOGIN.phone,
    keyboard: 'number',
    longest: 24,
    tidy: tidy_phone,
    fault: (text) => words_of(FIELD_FAULTS, phone_fault(text)),
  },
  sms_code: {
    label: LOGIN.sms_code,
    keyboard: 'number',
    longest: 200,
    tidy: tidy_sms_code,
    fault: (text) => words_of(FIELD_FAULTS, sms_code_fault(text)),
  },
};

const words_of = <F extends string>(words: Record<F, Sentence>, fault: F | null): Sentence | null =>
  fault === null ? null : words[fault];
