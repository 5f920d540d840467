// What people type or paste into the login's fields: tidied first, then judged. Pure.
// It returns names of sentences, not sentences (words/login.ts has them).

export type FieldFault =
  | 'phone_missing'
  | 'phone_length'
  | 'phone_form'
  | 'sms_code_missing'
  | 'sms_code_form'
  | 'account_missing'
  | 'password_missing';

/** Full-width figures, as Chinese keyboards write them, become ASCII. */
const ascii_figures = (text: string): string =>
  text.replace(/[０-９]/g, (figure) => String.fromCharCode(figure.charCodeAt(0) - 0xfee0));

/** 138 1234 1234, 138-1234-1234, +86 138… and 0086138… are all the same phone. */
export function tidy_phone(text: string): string {
  return ascii_figures(text)
    .replace(/[^\d+]/g, '')
    .replace(/^(?:\+86|0086|\+)/, '');
}

export function phone_fault(phone: string): FieldFault | null {
  if (phone === '') return 'phone_missing';
  if (phone.length !== 11) return 'phone_length';
  return /^1[3-9]\d{9}$/.test(phone) ? null : 'phone_form';
}

/** The six figures, also out of a whole message that was pasted: 【…】您的验证码为：123456，5分钟内有效. */
export function tidy_sms_code(text: string): string {
  const figures = ascii_figures(text);
  const run = /(?:^|\D)(\d{6})(?!\d)/.exec(figures);
  return run?.[1] ?? figures.replace(/\D/g, '').slice(0, 6);
}

export function sms_code_fault(sms_code: string): FieldFault | null {
  if (sms_code === '') return 'sms_code_missing';
  return sms_code.length === 6 ? null : 'sms_code_form';
}

export const account_fault = (account: string): FieldFault | null =>
  account.trim() === '' ? 'account_missing' : null;

export const password_fault = (password: string): FieldFault | null =>
  password === '' ? 'password_missing' : null;
