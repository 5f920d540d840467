// @vitest-environment jsdom
// The pages' own code checks in at the real server: WeChat's login, binding, the outbox, records and receipts. Time is
// the machine's own; nothing waits for longer than it takes.

import { CONSENT } from '@zaichang/core';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, expect, inject, it, vi } from 'vitest';
import type { HttpRequest } from '../service.ts';
import { timers_of_the_program } from '../timers.ts';
import { Wechat } from '../wechat.ts';
import { code_at } from './code.ts';

const real = inject('real');
const BUILT = join(import.meta.dirname, '../../node_modules/.built-for-server');

/** A killed program would go on sending by the next test's phone. */
const end_timers = timers_of_the_program();

let phone: Wechat | null = null;
afterEach(async () => {
  phone?.kill();
  await fetch(`${real.wechat}/played/back`);
});

/** A phone with WeChat: `account` belongs to its owner alone. */
function a_phone(account: string = randomUUID()): Wechat {
  phone = new Wechat(ask, end_timers, real.origin, BUILT);
  phone.kept.set(CONSENT, 'kept');
  let codes = 0;
  phone.js_code = () => `${account}/${(codes += 1)}-${randomUUID()}`;
  return phone;
}

async function ask({ method, path, body, bearer }: HttpRequest) {
  const response = await fetch(real.origin + path, {
    method,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
    },
    ...(method !== 'GET' && method !== 'DELETE' && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? JSON.parse(text) : text };
}

const code_now = (late_ms = 0): string => code_at(Date.now() - late_ms, real.screen, real.master_key);
const scan = (wechat: Wechat, code = code_now(), host = real.origin) =>
  wechat.launch('scan', { q: encodeURIComponent(`${host}/C/${code}`), scancode_time: '1' }, 1011);
/** Pauses between tries grow to half a minute. */
const says = (wechat: Wechat, words: string | RegExp, within_ms = 20_000) =>
  vi.waitFor(() => expect(wechat.text).toMatch(words), { timeout: within_ms, interval: 50 });

/** The demo's people stand in a line: the last figures of their phone are their place, which their ID number follows. */
function id_number_of({ phone: number }: { phone: string }): string {
  const place = Number(number.slice(3));
  const first = `43010218800101${String((place % 999) + 1).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...first].reduce((total, figure, at) => total + Number(figure) * weights[at]!, 0);
  return first + '10X98765432'[sum % 11];
}

async function bind(wechat: Wechat, person: { name: string; phone: string }): Promise<void> {
  await says(wechat, '绑定身份后自动签到');
  await wechat.tap('绑定并签到');
  await says(wechat, '证件号码');
  await wechat.fill('姓名', person.name);
  await wechat.fill('证件号码', id_number_of(person));
  await wechat.tap('验证手机号并绑定', 'getphonenumber', { code: `${person.phone}/${randomUUID()}` });
}

const [ann, bob] = real.people;
if (!ann || !bob) throw new Error('the demo tells of two people with logins');

it('a first scan binds the person, checks them in, and is on record', async () => {
  const wechat = a_phone('ann');
  await scan(wechat);
  await bind(wechat, ann);
  await says(wechat, /已签到.*\d\d:\d\d:\d\d/);
  await wechat.tap('回执尾号');
  await says(wechat, `回执有效`);
  wechat.back();
  await wechat.tap('我的签到记录');
  await says(wechat, '1 条');
});

it('the next scan of the same person asks for nothing, on another phone too, and is the same check-in', async () => {
  const wechat = a_phone('ann');
  await scan(wechat);
  await says(wechat, '您已于');
});

it('a killed program goes on with what it had', async () => {
  const wechat = a_phone('ann');
  wechat.after_scan = () => (wechat.line = 'down');
  await scan(wechat);
  await says(wechat, '正在等待网络恢复');
  wechat.kill();
  wechat.after_scan = () => {};
  wechat.line = 'up';
  await wechat.launch('home');
  await says(wechat, '已签到');
});

it('who is not who they say is told one thing about all of it', async () => {
  const wechat = a_phone();
  await scan(wechat);
  await bind(wechat, { name: bob.name, phone: ann.phone });
  await says(wechat, '姓名、证件号码与手机号不一致');
});

it('with WeChat away the phone number is the way in, and the scan is not lost', async () => {
  await fetch(`${real.wechat}/played/away`);
  const wechat = a_phone();
  await scan(wechat);
  await says(wechat, '微信登录暂不可用');
  await wechat.tap('用手机号登录');
  await wechat.fill('手机号', bob.phone);
  await wechat.tap('获取验证码');
  const message = await vi.waitFor(
    async () => {
      const { code } = (await (await fetch(`${real.wechat}/played/message`)).json()) as { code: unknown };
      expect(code).not.toBeNull();
      return String(code);
    },
    { timeout: 10_000 },
  );
  await wechat.fill('验证码', message);
  await says(wechat, /已签到/);
});

it('with WeChat away, who is bound is checked in by itself when it is back', async () => {
  await fetch(`${real.wechat}/played/away`);
  const wechat = a_phone('ann');
  await scan(wechat);
  await says(wechat, '微信登录暂不可用');
  await fetch(`${real.wechat}/played/back`);
  await says(wechat, '您已于', 45_000);
});

it('an old code is expired, a forged one is not ours, a damaged one is neither', async () => {
  const wechat = a_phone('ann');
  await scan(wechat, code_now(60_000));
  await says(wechat, '二维码已过期');
  const forged = code_now().replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BAAA' : 'AAAA'));
  await scan(wechat, forged);
  await says(wechat, '签到码无法核实');
  await scan(wechat, 'AAAA');
  await says(wechat, '无法识别签到码');
});

it('both spellings of the link are read', async () => {
  const wechat = a_phone('ann');
  await wechat.launch(
    'scan',
    { q: encodeURIComponent(`${real.origin}/c/${code_now().toLowerCase()}`) },
    1047,
  );
  await says(wechat, '您已于');
});

it('a session that was ended elsewhere costs no scan', async () => {
  const wechat = a_phone('ann');
  await wechat.launch('home');
  await says(wechat, ann.name);
  const token = wechat.kept.get('zaichang.session');
  await fetch(`${real.origin}/api/v1/sessions/current`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${token}` },
  });
  await scan(wechat);
  await says(wechat, '您已于');
});

it('a spot check is announced over the receipt, and a scan answers it', async () => {
  const wechat = a_phone('ann');
  const code = code_now();
  await scan(wechat, code);
  await says(wechat, '您已于');
  const response = await fetch(`${real.origin}/api/v1/courses/${real.course}/spot-checks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${real.unit_admin}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({}),
  });
  const { items } = (await response.json()) as { items: { opens_at: string }[] };
  expect(response.status).toBe(201);
  // A spot check that is to come is not revealed to any phone.
  const opens_at = Date.parse(items[0]?.opens_at ?? '');
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(opens_at), { timeout: 10_000 });
  // Looked at again, it is asked about at once.
  await wechat.launch('scan', { code });
  await says(wechat, /现场抽查请在 \d:\d\d 内再次扫描会场屏幕上的二维码/);
  wechat.scanner = { text: `${real.origin}/C/${await another(code)}` };
  await wechat.tap('再次扫码');
  await says(wechat, '本次抽查已完成');
});

it('an account that was unbound is another person’s to bind', async () => {
  const wechat = a_phone('handed-on');
  await scan(wechat);
  await bind(wechat, bob);
  await says(wechat, /已签到|您已于/);
  await wechat.launch('home');
  await says(wechat, bob.name);
  await wechat.tap('解除微信绑定');
  await says(wechat, '已解除微信绑定');
  await wechat.launch('records');
  await says(wechat, '登录');
  await wechat.tap('登录');
  await says(wechat, '证件号码');
  await wechat.fill('姓名', ann.name);
  await wechat.fill('证件号码', id_number_of(ann));
  await wechat.tap('验证手机号并绑定', 'getphonenumber', { code: `${ann.phone}/${randomUUID()}` });
  await wechat.launch('home');
  await says(wechat, ann.name);
});

/** The screen's next code, when it comes. */
const another = (code: string): Promise<string> =>
  vi.waitFor(
    () => {
      const next = code_now();
      expect(next).not.toBe(code);
      return next;
    },
    { timeout: 5_000 },
  );
