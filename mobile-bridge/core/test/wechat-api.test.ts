// WeChat's routes and the phone's own id: what is sent, and how each answer is read.

import { expect, it } from 'vitest';
import { device_id_on } from '../src/device.ts';
import type { HttpReply } from '../src/platform.ts';
import { is_bound, wechat_api_over } from '../src/wechat-api.ts';
import { FakePhone } from './fake-phone.ts';

const CLIENT = { kind: 'wechat', device_id: '0123456789abcdef', scene: 1011 } as const;

function asked(reply: HttpReply) {
  const phone = new FakePhone(() => () => reply);
  return { phone, api: wechat_api_over(phone.page().platform, CLIENT) };
}

it('hands an anonymous pass in with the login', async () => {
  const { phone, api } = asked({ status: 201, json: { session: 's', person: { id: 12 }, expires_at: '' } });
  const answer = await api.log_in('a-code', 'a-pass');
  expect(answer).toMatchObject({ is: 'value', value: { person: { id: 12 } } });
  expect(answer.is === 'value' && is_bound(answer.value)).toBe(true);
  expect(phone.requests[0]).toEqual({
    method: 'POST',
    path: '/api/v1/wechat/sessions',
    body: { js_code: 'a-code', client: CLIENT, pass: 'a-pass' },
  });
});

it('logs in on a page with the code of WeChat’s authorisation page', async () => {
  const { phone, api } = asked({ status: 201, json: { person: { id: 12 } } });
  await api.log_in_on_page('a-code', 'a-pass');
  expect(phone.requests[0]?.body).toEqual({ oauth_code: 'a-code', client: CLIENT, pass: 'a-pass' });
});

it('leaves the pass out when there is none', async () => {
  const { phone, api } = asked({ status: 201, json: { person: { id: 12 } } });
  await api.log_in('a-code', null);
  expect(phone.requests[0]?.body).not.toHaveProperty('pass');
});

it('knows a WeChat account that is bound to no person yet', async () => {
  const { api } = asked({ status: 200, json: { status: 'not_bound', bind_ticket: 't', expires_at: '' } });
  const answer = await api.log_in('a-code', null);
  expect(answer.is === 'value' && !is_bound(answer.value) && answer.value.bind_ticket).toBe('t');
});

it.each([
  ['a page of somebody else’s', 200, undefined],
  ['an empty object', 200, {}],
  ['a ticket without its text', 200, { status: 'not_bound' }],
])('takes %s for no answer', async (_, status, json) => {
  const { api } = asked({ status, json });
  expect(await api.log_in('a-code', null)).toEqual({ is: 'no_answer' });
});

it('sends who it is and the phone’s proof, and reads a mismatch as a refusal', async () => {
  const { phone, api } = asked({ status: 403, json: { code: 'wechat_bind_mismatch' } });
  const binding = { bind_ticket: 't', name: '王小明', id_number: '11010519491231002X', phone_code: 'p' };
  const answer = await api.bind(binding, null);
  expect(answer).toMatchObject({ is: 'refused', problem: { code: 'wechat_bind_mismatch' } });
  expect(phone.requests[0]?.body).toEqual({ ...binding, client: CLIENT });
});

it('tells what was answered to the question of messages', async () => {
  const { phone, api } = asked({ status: 204, json: undefined });
  expect(await api.subscribed({ template: 'award', result: 'accept' })).toEqual({ is: 'value', value: true });
  expect(phone.requests[0]?.body).toEqual({ template: 'award', result: 'accept' });
});

it('makes the phone’s own name once', () => {
  const phone = new FakePhone(() => () => ({ status: 404, json: undefined }), Math.random);
  const made = device_id_on(phone.page().platform);
  expect(made).toMatch(/^[0-9a-f]{32}$/);
  expect(device_id_on(phone.page().platform)).toBe(made);
  phone.stored.set('zaichang.device', 'damaged');
  expect(device_id_on(phone.page().platform)).not.toBe(made);
});

it.each([
  [204, { is: 'value', value: true }],
  [200, { is: 'no_answer' }],
])('takes %d for what was unbound', async (status, answer) => {
  const { phone, api } = asked({ status, json: undefined });
  expect(await api.unbind()).toEqual(answer);
  expect(phone.requests[0]).toEqual({ method: 'DELETE', path: '/api/v1/me/wechat/binding' });
});
