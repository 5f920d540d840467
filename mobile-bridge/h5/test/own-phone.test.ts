// Replacing one's own phone: who one is, by the old phone or by the document; then the new one, with what is typed kept throughout.

import { afterEach, expect, it } from 'vitest';
import { open_phone, refusal, type Phone, type Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const PROOFS = 'POST /api/v1/me/phone/proofs';
const CHANGE = 'POST /api/v1/me/phone';
const PROVED = { status: 201, json: { ticket: 'a ticket', expires_at: '2026-11-21T01:12:13Z' } };

const bodies = (path: string): unknown[] =>
  phone.requests.filter(({ method, path: to }) => `${method} ${to}` === path).map(({ body }) => body);

async function proves_by_document(): Promise<void> {
  await phone.page.findAll('[name=way]')[1]?.trigger('change');
  await phone.type('name', '王 晓明');
  await phone.type('number', ' 43010219800101002x ');
  await phone.press('下一步');
}

it('takes the old phone first, then the new one, and says which stands from now on', async () => {
  const script: Script = {
    [PROOFS]: () => refusal(401, 'sms_code_wrong'),
    [CHANGE]: () => ({ status: 200, json: { phone: '139****2222', ended: 2 } }),
  };
  phone = await open_phone('/#phone', {}, script);
  await phone.press('下一步');
  expect(phone.text()).toContain('请填写此项');
  expect(bodies(PROOFS)).toEqual([]);
  await phone.type('phone', '+86 138 0000 1234');
  await phone.type('sms_code', '042917');
  await phone.pass(0);
  expect(phone.text()).toContain('验证码不正确');
  script[PROOFS] = () => PROVED;
  await phone.press('下一步');
  expect(bodies(PROOFS).at(-1)).toMatchObject({ phone: '13800001234', sms_code: '042917' });
  expect(phone.text()).toContain('新手机号');
  await phone.type('phone', '13911112222');
  await phone.type('sms_code', '123456');
  await phone.pass(0);
  expect(bodies(CHANGE)).toMatchObject([{ ticket: 'a ticket', phone: '13911112222', sms_code: '123456' }]);
  expect(phone.text()).toContain('手机号已更换');
  expect(phone.text()).toContain('139****2222');
});

it('takes name and document where the old phone is lost, as they are typed', async () => {
  const script: Script = { [PROOFS]: () => refusal(403, 'identity_wrong') };
  phone = await open_phone('/#phone', {}, script);
  await proves_by_document();
  expect(bodies(PROOFS)).toMatchObject([{ name: '王晓明', number: '43010219800101002x' }]);
  expect(phone.text()).toContain('姓名或证件号码与登记的不符');
  script[PROOFS] = () => refusal(429, 'identity_tried');
  await phone.press('下一步');
  expect(phone.text()).toContain('今日核对身份的次数已用完');
  expect((phone.page.get('[name=name]').element as HTMLInputElement).value).toBe('王晓明');
});

it('says whose the new one is, and begins anew where the proof has ended', async () => {
  const script: Script = { [PROOFS]: () => PROVED, [CHANGE]: () => refusal(409, 'phone_taken') };
  phone = await open_phone('/#phone', {}, script);
  await proves_by_document();
  await phone.type('phone', '13911112222');
  await phone.type('sms_code', '123456');
  await phone.pass(0);
  expect(phone.text()).toContain('该手机号已由他人使用');
  expect((phone.page.get('[name=phone]').element as HTMLInputElement).value).toBe('13911112222');
  script[CHANGE] = () => refusal(410, 'phone_proof_ended');
  await phone.press('更换');
  expect(phone.text()).toContain('本人核验已过期');
  expect(phone.page.find('[name=name]').exists()).toBe(true);
});

it('asks for a login where this one has ended', async () => {
  phone = await open_phone('/#phone', {}, { [PROOFS]: () => refusal(401, 'login_required') });
  await proves_by_document();
  expect(window.location.pathname + window.location.search).toBe('/login?back=%2F%23phone');
});
