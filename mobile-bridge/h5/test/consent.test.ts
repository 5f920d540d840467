// The privacy notice before a phone's first login. By itself in this file: a page keeps the views that it has loaded.

import { PRIVACY_VERSION } from '@zaichang/core';
import { afterEach, expect, it } from 'vitest';
import { ANN, open_phone, settle, type Phone, type Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const logged_in = { status: 201, json: { person: ANN, expires_at: '2026-12-21T00:00:00Z', pass: null } };

it('shows the privacy notice before a phone’s first login, and tells the server once somebody is in', async () => {
  const kept = new Map<string, string>();
  const script: Script = {
    'POST /api/v1/sessions': () => logged_in,
    'POST /api/v1/me/privacy-consents': () => ({ status: 204, json: undefined }),
  };
  phone = await open_phone('/login', { page: 'login', me: null }, script, kept);
  expect(phone.text()).toContain('隐私说明');
  expect(phone.text()).toContain(`版本：${PRIVACY_VERSION}`);
  await phone.press('暂不同意');
  expect(phone.text()).toContain('可请会务人员协助签到');
  expect(phone.requests).toHaveLength(0);
  await phone.press('同意并继续');
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await settle();
  expect(phone.requests.map(({ path, body }) => [path, body])).toContainEqual([
    '/api/v1/me/privacy-consents',
    { version: PRIVACY_VERSION, client_kind: 'h5' },
  ]);
  phone.close();
  phone = await open_phone('/login', { page: 'login', me: null }, script, kept);
  expect(phone.page.find('[name=phone]').exists()).toBe(true);
});
