// Identifying oneself: by WeChat's phone number or a text message, what is judged when a field is left, what WeChat may say
// no to.

import { CONSENT, PRIVACY_VERSION } from '@zaichang/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { handed } from './drawn.ts';
import { ANN, ID_NUMBER, PHONE, SMS_CODE } from './service.ts';
import { begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const BY_WECHAT = '验证手机号并绑定';

let setup: Setup;

beforeEach(async () => {
  setup = begin();
  setup.service.bound = false;
  setup.service.core.show(CODE);
  await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
});
afterEach(end);

const shown = () => setup.wechat.text;
const bindings = () => setup.wechat.asked.filter(({ path }) => path.endsWith('/bindings'));

async function to_the_form(): Promise<void> {
  await setup.wechat.tap('绑定并签到');
}

async function say_who(name = ANN.name, id_number = ID_NUMBER): Promise<void> {
  await setup.wechat.fill('姓名', name);
  await setup.wechat.fill('证件号码', id_number);
}

const phone_number = (detail: object) => setup.wechat.tap(BY_WECHAT, 'getphonenumber', detail);

it('with WeChat’s phone number is one tap, and the scan that waited is checked in', async () => {
  await to_the_form();
  await say_who();
  await phone_number({ code: 'her-phone' });
  expect(setup.wechat.top?.name).toBe('scan');
  expect(shown()).toContain('已签到');
  expect(bindings()[0]?.body).toMatchObject({
    bind_ticket: 'ticket-1',
    name: ANN.name,
    id_number: ID_NUMBER,
    phone_code: 'her-phone',
    client: { kind: 'wechat' },
  });
});

it('works where the server asks for it, and needs no other tap', async () => {
  setup.service.asks_work = true;
  await to_the_form();
  await say_who();
  await phone_number({ code: 'her-phone' });
  expect(bindings().map(({ body }) => typeof body.proof)).toEqual(['undefined', 'string']);
  expect(shown()).toContain('已签到');
});

it('hands in the pass of the scan, so that it comes back bound', async () => {
  await to_the_form();
  await say_who();
  await phone_number({ code: 'her-phone' });
  expect(bindings()[0]?.body.pass).toContain(CODE);
});

it('with a text message needs the phone and the code', async () => {
  await to_the_form();
  await setup.wechat.tap('改用短信验证码');
  await say_who();
  await setup.wechat.fill('手机号', '+86 138-0000-1234');
  await setup.wechat.tap('获取验证码');
  expect(shown()).toContain('60 秒后重发');
  expect(shown()).toContain('5 分钟内有效');
  await setup.wechat.fill('验证码', `【省卫计信息中心】您的验证码为：${SMS_CODE}`);
  expect(bindings()[0]?.body).toMatchObject({ phone: PHONE, sms_code: SMS_CODE });
  expect(shown()).toContain('已签到');
});

it('asks for a second message only after the pause', async () => {
  await to_the_form();
  await setup.wechat.tap('改用短信验证码');
  await setup.wechat.fill('手机号', PHONE);
  await setup.wechat.tap('获取验证码');
  await setup.wechat.tap('秒后重发');
  const messages = () => setup.wechat.asked.filter(({ path }) => path.endsWith('sms-codes')).length;
  expect(messages()).toBe(1);
  await pass(61_000);
  await setup.wechat.tap('获取验证码');
  expect(messages()).toBe(2);
});

it('that does not fit says one thing about all three, and may be tried again', async () => {
  await to_the_form();
  await say_who('安小静');
  await phone_number({ code: 'her-phone' });
  expect(shown()).toContain('姓名、证件号码与手机号不一致');
  await setup.wechat.fill('姓名', ANN.name);
  await phone_number({ code: 'her-phone' });
  expect(bindings().map(({ body }) => body.bind_ticket)).toEqual(['ticket-1', 'ticket-1']);
  expect(shown()).toContain('已签到');
});

it('judges a field when it is left, in words beneath it', async () => {
  await to_the_form();
  await say_who('王小明1', '11010519491231002');
  expect(shown()).toContain('姓名中有不能使用的字符');
  expect(shown()).toContain('证件号码应为 18 位');
  await setup.wechat.fill('证件号码', '１１０１０５１９４９１２３１００２x');
  expect(shown()).not.toContain('证件号码应为 18 位');
});

it('puts nothing into a field while it is typed in: the keyboard may be composing', async () => {
  await to_the_form();
  const in_it = () => handed(setup.wechat.field('姓名'), 'value');
  await setup.wechat.type('姓名', 'an xiao');
  await pass(3_000);
  expect(setup.wechat.top?.component.instance.data.view.fields[0].text).toBe('');
  expect(in_it()).toBe('');
  await setup.wechat.fill('姓名', ' 安 小宁 ');
  await pass(0);
  expect(setup.wechat.top?.component.instance.data.view.fields[0].text).toBe('安小宁');
  expect(in_it()).toBe('安小宁');
});

it('does not ask WeChat for a phone number over a form that cannot be right', async () => {
  await to_the_form();
  expect(setup.wechat.buttons[0]).toBe('绑定并签到');
  await setup.wechat.tap('绑定并签到');
  expect(shown()).toContain('请填写姓名');
  expect(bindings()).toHaveLength(0);
  await say_who();
  expect(setup.wechat.buttons[0]).toBe(BY_WECHAT);
});

it('goes on when the person would rather not share the phone number', async () => {
  await to_the_form();
  await say_who();
  await phone_number({ errMsg: 'getPhoneNumber:fail user deny' });
  expect(shown()).toContain('未获取到手机号');
  expect(setup.wechat.buttons).toEqual([BY_WECHAT, '改用短信验证码']);
  expect(bindings()).toHaveLength(0);
});

it('goes over to text messages when WeChat’s quota is out', async () => {
  await to_the_form();
  await say_who();
  await phone_number({ errMsg: 'getPhoneNumber:fail', errno: 1400001 });
  expect(shown()).toContain('微信手机号验证暂不可用，请改用短信验证码');
  await setup.wechat.fill('手机号', PHONE);
  await setup.wechat.fill('验证码', SMS_CODE);
  expect(shown()).toContain('已签到');
});

it('takes a fresh ticket when filling in took longer than the old one lives', async () => {
  await to_the_form();
  await say_who();
  await pass(700_000);
  await phone_number({ code: 'her-phone' });
  expect(bindings().map(({ body }) => body.bind_ticket)).toEqual(['ticket-2']);
});

it('goes on with a fresh ticket when the old one has been tried too often', async () => {
  await to_the_form();
  await say_who('安小静');
  for (let time = 0; time < 5; time += 1) await phone_number({ code: 'her-phone' });
  await setup.wechat.fill('姓名', ANN.name);
  await phone_number({ code: 'her-phone' });
  expect(
    bindings()
      .map(({ body }) => body.bind_ticket)
      .slice(-2),
  ).toEqual(['ticket-1', 'ticket-2']);
  expect(shown()).toContain('已签到');
});

it('says that there is no line, and keeps what was typed', async () => {
  await to_the_form();
  await say_who();
  setup.wechat.line = 'down';
  await phone_number({ code: 'her-phone' });
  expect(shown()).toContain('网络连接失败');
  setup.wechat.line = 'up';
  await phone_number({ code: 'her-phone' });
  expect(shown()).toContain('已签到');
});

it('keeps no number on the phone, before or after', async () => {
  await to_the_form();
  await say_who();
  const kept = () => JSON.stringify([...setup.wechat.kept]);
  expect(kept()).not.toContain(ID_NUMBER);
  await phone_number({ code: 'her-phone' });
  expect(kept()).not.toContain(ID_NUMBER);
  expect(kept()).not.toContain('her-phone');
});

it('waits for the agreement before anything private is asked for', async () => {
  setup.wechat.needs_agreement = true;
  await to_the_form();
  expect(shown()).toContain('使用前请阅读并同意');
  expect(shown()).not.toContain('绑定并签到');
  await setup.wechat.tap('隐私说明');
  expect(shown()).toContain('不收集位置');
  setup.wechat.back();
  await pass(0);
  await setup.wechat.tap('同意并继续', 'agreeprivacyauthorization');
  expect(shown()).toContain('证件号码');
  expect(shown()).toContain('绑定并签到');
});

it('shows the notice before the first login on this phone, and tells the service once somebody is in', async () => {
  setup.wechat.kept.delete(CONSENT);
  await to_the_form();
  expect(shown()).toContain('使用前请阅读并同意');
  await setup.wechat.tap('同意并继续', 'agreeprivacyauthorization');
  expect(setup.service.consents).toEqual([]);
  await say_who();
  await phone_number({ code: 'her-phone' });
  expect(setup.service.consents).toEqual([{ version: PRIVACY_VERSION, client_kind: 'wechat' }]);
  expect(setup.wechat.kept.get(CONSENT)).toBe('kept');
});

it('says what follows when the person does not agree', async () => {
  setup.wechat.needs_agreement = true;
  await to_the_form();
  await setup.wechat.tap('暂不同意');
  expect(shown()).toContain('可请会务人员协助签到');
});

it('answers WeChat’s own question where something private was asked for without an agreement', async () => {
  const answers: unknown[] = [];
  setup.wechat.privacy_listener?.((answer) => answers.push(answer));
  await pass(0);
  expect(setup.wechat.top?.name).toBe('privacy');
  await setup.wechat.tap('同意并继续', 'agreeprivacyauthorization');
  expect(answers).toEqual([{ event: 'agree', buttonId: 'agree' }]);
  setup.wechat.privacy_listener?.((answer) => answers.push(answer));
  await pass(0);
  setup.wechat.back();
  expect(answers[1]).toEqual({ event: 'disagree' });
});
