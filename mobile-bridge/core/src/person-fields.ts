// What people type into the fields that say who they are: tidied first, then judged. Pure.
// Kept apart from fields.ts: a browser's login never asks for them. It must not keep what it is shown.

export type PersonFault =
  'name_missing' | 'name_form' | 'id_number_missing' | 'id_number_length' | 'id_number_form';

/** 王 小明 with the blanks that pasting brings is 王小明; the dot in 买买提·艾力 is written in many ways. */
export function tidy_name(text: string): string {
  const dotted = text.trim().replace(/[•∙・.．]/g, '·');
  return /[\u4e00-\u9fff\u3400-\u4dbf]/.test(dotted)
    ? dotted.replace(/\s+/g, '')
    : dotted.replace(/\s+/g, ' ');
}

export function name_fault(name: string): PersonFault | null {
  if (name === '') return 'name_missing';
  return /[\d<>@#$%^&*_=+|\\/"?:;]/.test(name) || name.length > 50 ? 'name_form' : null;
}

export const tidy_id_number = (text: string): string =>
  text
    .replace(/[０-９Ｘｘ]/g, (figure) => String.fromCharCode(figure.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, '')
    .toUpperCase();

/** GB 11643: eighteen characters, the last one a check on the others. */
export function id_number_fault(id_number: string): PersonFault | null {
  if (id_number === '') return 'id_number_missing';
  if (id_number.length !== 18) return 'id_number_length';
  if (!/^\d{17}[\dX]$/.test(id_number)) return 'id_number_form';
  const sum = Array.from(id_number.slice(0, 17)).reduce(
    (total, figure, place) => total + Number(figure) * (2 ** (17 - place) % 11),
    0,
  );
  return '10X98765432'[sum % 11] === id_number[17] ? null : 'id_number_form';
}
