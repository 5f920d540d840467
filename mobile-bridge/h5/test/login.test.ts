// The login form: faults when a field is left, pasted texts, the text message and its pause.

import type { HttpReply, HttpRequest } from '@zaichang/core';
import { afterEach, expect, it, vi } from 'vitest';
import { ANN, open_phone, refusal, settle, type Phone, type Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const open = async (script: Script = {}, address = '/login'): Promise<void> => {
  phone = await open_phone(address, { page: 'login', me: null }, script);
};
const leave = (field: string): Promise<void> => phone.page.get(`[name=${field}]`).trigger('blur');
const value = (field: string): string =>
  (phone.page.get(`[name=${field}]`).element as HTMLInputElement).value;
/** Half of all numbers prove this one. */
const CHALLENGE = `101.${'A'.repeat(28)}`;
/** As the server: without a scan the work must be proved first. */
const sms_codes = {
  'POST /api/v1/sms-codes': ({ body }: HttpRequest) =>
    (body as { proof?: string }).proof?.startsWith(`${CHALLENGE}.`)
      ? sent
      : refusal(428, 'proof_required', { challenge: CHALLENGE }),
};
const sent = { status: 202, json: { expires_in_ms: 300_000, retry_after_ms: 60_000 } };
const logged_in = { status: 201, json: { person: ANN, expires_at: '2026-12-21T00:00:00Z', pass: null } };

it('offers the keyboards and the fillings that fit', async () => {
  await open();
  expect(phone.page.get('[name=phone]').attributes()).toMatchObject({
    inputmode: 'tel',
    autocomplete: 'tel',
  });
  const sms_code = phone.page.get('[name=sms_code]').attributes();
  expect(sms_code).toMatchObject({ inputmode: 'numeric', autocomplete: 'one-time-code' });
  expect(sms_code.maxlength).toBeUndefined();
});

it('says what is wrong with a field as soon as it is left, and not before', async () => {
  await open();
  await phone.type('phone', '1380000');
  expect(phone.text()).not.toContain('11 位');
  await leave('phone');
  expect(phone.text()).toContain('手机号应为 11 位数字');
  expect(phone.page.get('[name=phone]').attributes('aria-invalid')).toBe('true');
});

it('tidies what was pasted', async () => {
  await open();
  await phone.type('phone', '+86 138-0000-1234');
  await leave('phone');
  await phone.type('sms_code', '【省卫计信息中心】您的验证码为：123456');
  await phone.press('登录');
  expect([value('phone'), value('sms_code')]).toEqual(['13800001234', '123456']);
});

it('sends one message, goes to the code, and counts down to the next', async () => {
  await open(sms_codes);
  await phone.type('phone', '139 0000 123');
  await settle();
  expect(phone.requests).toHaveLength(0);
  await phone.type('phone', '139 0000 1234');
  await settle();
  // The work is done before the message is asked for.
  const asked = { phone: '13900001234', client: { kind: 'h5' }, pass: null };
  expect(phone.requests.map(({ body }) => body)).toEqual([asked]);
  await phone.press('获取验证码');
  expect(phone.requests[1]?.body).toEqual({
    ...asked,
    proof: expect.stringMatching(new RegExp(`^${CHALLENGE}\\.\\d+$`)) as string,
  });
  expect(phone.text()).toContain('60 秒后重发');
  expect(phone.text()).toContain('验证码已发送');
  expect(document.activeElement?.getAttribute('name')).toBe('sms_code');
  await phone.press('秒后重发');
  expect(phone.requests).toHaveLength(2);
});

it('asks for no message without a whole phone number', async () => {
  await open(sms_codes);
  await phone.press('获取验证码');
  expect(phone.text()).toContain('请填写此项');
  expect(phone.requests).toHaveLength(0);
});

const logins = (): unknown[] =>
  phone.requests.filter(({ path }) => path === '/api/v1/sessions').map(({ body }) => body);

it('says that it is sending while work is still to be done', async () => {
  let answer = (_: HttpReply): void => {};
  const later = new Promise<HttpReply>((resolve) => (answer = resolve));
  await open({
    'POST /api/v1/sms-codes': (request) => ((request.body as { proof?: string }).proof ? sent : later),
  });
  await phone.type('phone', '13800001234');
  await phone.press('获取验证码');
  expect(phone.page.get('.field-button').text()).toBe('正在发送');
  expect(phone.page.get('.field-button').attributes('aria-disabled')).toBe('true');
  answer(refusal(428, 'proof_required', { challenge: CHALLENGE }));
  await settle();
  expect(phone.text()).toContain('60 秒后重发');
});

it('leads to registering when a number is not registered', async () => {
  await open({ 'POST /api/v1/sessions': () => refusal(403, 'phone_not_registered') });
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await settle();
  await vi.waitFor(() => expect(window.location.pathname).toBe('/registration'));
});

it('logs in with the sixth figure, once, and only when the phone is there', async () => {
  await open({ 'POST /api/v1/sessions': () => refusal(401, 'sms_code_wrong') });
  await phone.type('sms_code', '123456');
  await settle();
  expect(phone.requests).toHaveLength(0);
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '12345');
  await settle();
  expect(logins()).toHaveLength(0);
  await phone.type('sms_code', '【省卫计信息中心】您的验证码为：654321，5分钟内有效');
  await settle();
  expect(logins()).toEqual([{ phone: '13800001234', sms_code: '654321', client: { kind: 'h5' } }]);
});

it('turns no field red while the message is awaited', async () => {
  await open({ 'POST /api/v1/sms-codes': () => sent });
  await phone.type('phone', '13800001234');
  await phone.press('获取验证码');
  await phone.type('sms_code', '12');
  await leave('sms_code');
  expect(phone.page.find('[aria-invalid=true]').exists()).toBe(false);
  await phone.press('登录');
  expect(phone.text()).toContain('验证码应为 6 位数字');
});

it('says why a login was refused, and keeps what was typed', async () => {
  await open({ 'POST /api/v1/sessions': () => refusal(401, 'sms_code_wrong') });
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await phone.press('登录');
  expect(phone.page.get('[role=alert]').text()).toBe('验证码不正确或已失效。请核对短信，或重新获取验证码。');
  expect(value('phone')).toBe('13800001234');
});

it('works where the server asks a login for it, says that it is logging in, and asks nothing of the person', async () => {
  const states: string[] = [];
  await open({
    'POST /api/v1/sessions': ({ body }) => {
      states.push(phone.page.get('.action').text());
      return (body as { proof?: string }).proof
        ? logged_in
        : refusal(429, 'too_many_requests', { retry_after_ms: 2000, challenge: CHALLENGE });
    },
  });
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await settle();
  const asked = { phone: '13800001234', sms_code: '123456', client: { kind: 'h5' } };
  const proof = expect.stringMatching(new RegExp(`^${CHALLENGE}\\.\\d+$`)) as string;
  expect(logins()).toEqual([asked, { ...asked, proof }]);
  expect(states[1]).toContain('正在登录');
  expect(phone.page.find('[role=alert]').exists()).toBe(false);
});

it('says that there is no line', async () => {
  await open();
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await phone.press('登录');
  expect(phone.page.get('[role=alert]').text()).toContain('网络连接失败');
});

it('takes an account and a password, shown when asked to', async () => {
  await open({ 'POST /api/v1/sessions': () => logged_in });
  await phone.page.findAll('[name=way]')[1]?.setValue(true);
  await phone.type('account', ' wangxm ');
  await phone.type('password', 'a secret ');
  expect(phone.page.get('[name=password]').attributes('type')).toBe('password');
  await phone.press('显示');
  expect(phone.page.get('[name=password]').attributes('type')).toBe('text');
  await phone.press('登录');
  expect(phone.requests[0]?.body).toEqual({
    account: 'wangxm',
    password: 'a secret ',
    client: { kind: 'h5' },
  });
});

it('goes where people wanted to go, and nowhere else', async () => {
  const script = { 'POST /api/v1/sessions': () => logged_in };
  for (const [back, then] of [
    ['/records', '/records'],
    ['https://example.org/', '/'],
    ['//example.org', '/'],
  ] as const) {
    await open(script, `/login?back=${encodeURIComponent(back)}`);
    await phone.type('phone', '13800001234');
    await phone.type('sms_code', '123456');
    await phone.press('登录');
    expect(window.location.pathname).toBe(then);
    phone.close();
  }
});
