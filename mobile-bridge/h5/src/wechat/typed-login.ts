// The mobile number that was typed into the login, so that nobody types it twice when they bind WeChat right after it.
// In this document's memory only: it must never be kept.

let phone = '';

export function note_typed({ target }: Event): void {
  if (target instanceof HTMLInputElement && target.name === 'phone') phone = target.value;
}

export const typed_phone = (): string => phone;
