// What is typed into a registration: tidied first, then judged, as the server does once more. Pure.
// It must not keep what it is shown.

import {
  id_number_fault,
  name_fault,
  tidy_id_number,
  tidy_name,
  type DocumentKind,
  type RegistrationFault,
} from '@zaichang/core';

export { tidy_name };

/** What stands in a field now. The framework's own binding of fields would be part of every first load. */
export const typed_in = (event: Event): string => (event.target as HTMLInputElement).value;

/** Full-width figures and letters, blanks and small letters put right. */
export const tidy_number = (text: string): string =>
  text
    .replace(/[！-～]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/\s/g, '')
    .toUpperCase();

export function judge_name(name: string): RegistrationFault | null {
  const fault = name_fault(name);
  return fault === 'name_missing' ? 'missing' : fault === null ? null : 'name_form';
}

const FORMS: Record<Exclude<DocumentKind, 'id_card'>, [RegExp, RegistrationFault]> = {
  passport: [/^[A-Z0-9]{5,20}$/, 'passport_form'],
  hk_macao_permit: [/^[HM](\d{8}|\d{10})$/, 'hk_macao_permit_form'],
  taiwan_permit: [/^(\d{8}|\d{10})$/, 'taiwan_permit_form'],
  officer: [/^[\w\u3400-\u9fff-]{4,30}$/, 'number_form'],
  other: [/^[\w\u3400-\u9fff-]{4,30}$/, 'number_form'],
};

export function judge_number(kind: DocumentKind, number: string): RegistrationFault | null {
  if (number === '') return 'missing';
  if (kind === 'id_card') {
    const fault = id_number_fault(tidy_id_number(number));
    return fault === null ? null : fault === 'id_number_length' ? 'id_number_length' : 'id_number_form';
  }
  const [form, fault] = FORMS[kind];
  return form.test(number) ? null : fault;
}

export function judge_unit_name(name: string): RegistrationFault | null {
  if (name.trim() === '') return 'missing';
  return [...name.trim()].length >= 2 ? null : 'unit_name_form';
}

/** May be left out; it may not hold a mobile or ID number. */
export function judge_address(address: string): RegistrationFault | null {
  if (address.trim() === '') return null;
  const holds_a_mobile = /(^|\D)1\d{10}(\D|$)/.test(tidy_number(address));
  return holds_a_mobile || [...address.trim()].length < 2 ? 'address_form' : null;
}

export function judge_specialty(specialty: string): RegistrationFault | null {
  if (specialty === '') return 'missing';
  return specialty.length <= 50 ? null : 'specialty_form';
}
