// What is filled in behind an admin link, and what is wrong with it before it is sent. The server judges it all again.
// It must not know how a field looks.
import type { components } from '@zaichang/shared/openapi';
import type { Word } from '../words/say';

type Acceptance = components['schemas']['Acceptance'];

export interface StartDraft {
  authorityName: string;
  province: string;
  city: string;
  county: string;
  name: string;
  phone: string;
  account: string;
  password: string;
  again: string;
  code: string;
}

/** The form's fields by their names on the wire; `again` is ours. */
export type StartField =
  | 'authority.name'
  | 'authority.division'
  | 'name'
  | 'phone'
  | 'account'
  | 'password'
  | 'again'
  | 'one_time_code';

export const fieldsOfAuthority = ['authority.name', 'authority.division'] as const satisfies StartField[];
export const fieldsOfAdmin = [
  'name',
  'phone',
  'account',
  'password',
  'again',
] as const satisfies StartField[];

export const fieldsOfReset = ['phone', 'password'] as const satisfies StartField[];

export const emptyDraft = (): StartDraft => ({
  authorityName: '',
  province: '',
  city: '',
  county: '',
  name: '',
  phone: '',
  account: '',
  password: '',
  again: '',
  code: '',
});

/** The smallest division that was chosen. */
export const divisionOf = ({ province, city, county }: StartDraft): string => county || city || province;

const lengthOf = (text: string) => [...text.trim()].length;
const within = (text: string, least: number, most: number) =>
  lengthOf(text) >= least && lengthOf(text) <= most;

const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/];

/** Whether the server takes it as a new password of this account. */
export function isStrong(password: string, account: string): boolean {
  const length = [...password].length;
  if (length < 10 || length > 128 || new Set(password).size < 5) return false;
  if (account !== '' && password.toLowerCase().includes(account)) return false;
  return kinds.filter((kind) => kind.test(password)).length >= 3;
}

/** What is wrong with a field, or null. */
export function faultOf(field: StartField, draft: StartDraft): Word | null {
  const judged: Record<StartField, [boolean, Word]> = {
    'authority.name': [within(draft.authorityName, 2, 100), 'start.fault_authority_name'],
    'authority.division': [draft.province !== '', 'start.fault_division'],
    name: [within(draft.name, 2, 50) && !/[0-9]/.test(draft.name), 'start.fault_name'],
    phone: [/^(\+?86)?1[3-9]\d{9}$/.test(draft.phone.replace(/[\s-]/g, '')), 'start.fault_phone'],
    account: [/^[a-z][a-z0-9._-]{3,31}$/.test(draft.account.trim()), 'start.fault_account'],
    password: [isStrong(draft.password, draft.account.trim()), 'start.fault_password'],
    again: [draft.again === draft.password, 'start.fault_again'],
    one_time_code: [/^\d{6}$/.test(draft.code.trim()), 'start.fault_code'],
  };
  const [fits, word] = judged[field];
  return fits ? null : word;
}

/** As it is sent. `ticket`: of the authenticator that was set up; `founding`: whether the authority is still to be founded. */
export function acceptanceOf(
  token: string,
  draft: StartDraft,
  ticket: string | null,
  founding: boolean,
): Acceptance {
  const { name, phone, account, password, code } = draft;
  const admin = {
    token,
    name: name.trim(),
    phone: phone.trim(),
    account: account.trim(),
    password,
    authenticator_ticket: ticket,
    one_time_code: code.trim(),
  };
  if (!founding) return admin;
  return { ...admin, authority: { name: draft.authorityName.trim(), division: divisionOf(draft) } };
}

/** What is wrong where an account sets its second step anew: its password is whatever it is. */
export function faultOfReset(field: StartField, draft: StartDraft): Word | null {
  if (field === 'password') return draft.password === '' ? 'login.password_missing' : null;
  return faultOf(field, draft);
}

/** As it is sent then. `ticket`: of the authenticator that was set up. */
export function resetOf(
  token: string,
  draft: StartDraft,
  ticket: string | null,
): components['schemas']['FactorAcceptance'] {
  const { phone, password, code } = draft;
  return {
    token,
    phone: phone.trim(),
    password,
    one_time_code: code.trim(),
    ...(ticket === null ? {} : { authenticator_ticket: ticket }),
  };
}
