// What was typed into the login, so that binding WeChat right after it does not ask for the phone's proof twice.
// In this document's memory only: the number must never be kept.

let phone = '';
let by_sms_code = false;

export function note_typed({ target }: Event): void {
  if (!(target instanceof HTMLInputElement)) return;
  const { name, value } = target;
  if (name === 'phone') phone = value;
  if (name === 'sms_code' || name === 'password') by_sms_code = name === 'sms_code';
}

export const typed_phone = (): string => phone;
export const typed_sms_code = (): boolean => by_sms_code;
