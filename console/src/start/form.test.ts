// Checks what a first administrator is told before anything is sent. It must not need the page.
import { expect, test } from 'vitest';
import { acceptanceOf, emptyDraft, faultOf, faultOfReset, resetOf, type StartField } from './form';

const good = {
  ...emptyDraft(),
  authorityName: '湖南省卫生健康委员会',
  province: '430000',
  name: '何建国',
  phone: '138 0000 1234',
  account: 'hunan-wjw',
  password: 'Chufang-2026',
  again: 'Chufang-2026',
  code: '042917',
};

test('what fits has no fault, and what is empty has one at each field', () => {
  const fields: StartField[] = [
    'authority.name',
    'authority.division',
    'name',
    'phone',
    'account',
    'password',
    'one_time_code',
  ];
  for (const field of fields) {
    expect(faultOf(field, good), field).toBeNull();
    expect(faultOf(field, emptyDraft()), field).not.toBeNull();
  }
  expect(faultOf('again', { ...good, again: 'another' })).toBe('start.fault_again');
});

test.each([
  ['name', { name: '何1' }],
  ['phone', { phone: '12800001234' }],
  ['phone', { phone: '1380000123' }],
  ['account', { account: '13800001234' }],
  ['account', { account: 'Hunan' }],
  ['password', { password: 'Hunan-WJW-2026' }],
  ['password', { password: 'abcdefg123' }],
  ['password', { password: 'aA1aA1aA1a' }],
  ['one_time_code', { code: '12345' }],
] as const)('%s is refused: %o', (field, wrong) => {
  expect(faultOf(field, { ...good, ...wrong })).not.toBeNull();
});

test('the authority goes along only where it is founded, by the smallest division that was chosen', () => {
  expect(acceptanceOf('t', good, null, false)).not.toHaveProperty('authority');
  const founded = acceptanceOf('t', { ...good, city: '430100' }, 'ticket', true);
  expect(founded.authority).toEqual({ name: '湖南省卫生健康委员会', division: '430100' });
  expect(founded).not.toHaveProperty('again');
  expect(founded.authenticator_ticket).toBe('ticket');
});

test('a second step that is set anew goes with the password that there is, and with no account', () => {
  expect(faultOfReset('password', { ...good, password: 'any' })).toBeNull();
  expect(faultOfReset('password', { ...good, password: '' })).toBe('login.password_missing');
  expect(faultOfReset('phone', { ...good, phone: '1' })).toBe('start.fault_phone');
  const sent = resetOf('t', good, 'ticket');
  expect(sent).toEqual({
    token: 't',
    phone: '138 0000 1234',
    password: 'Chufang-2026',
    one_time_code: '042917',
    authenticator_ticket: 'ticket',
  });
  expect(resetOf('t', good, null)).not.toHaveProperty('authenticator_ticket');
});
