// The login by WeChat on a page: who is redirected, once; the result of each return; the ordinary form is always available.
// Leaving for another host is the one thing a simulated document cannot do: real browsers do it in tests/e2e.

import { CONSENT, type HttpReply } from '@zaichang/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ANN, CODE, RECEIPT, SCAN, open_phone, recorded, refusal, settle, type Phone } from './phone.ts';
import type { Script } from './phone.ts';

const { went, stayed } = vi.hoisted(() => ({ went: [] as string[], stayed: [] as true[] }));
vi.mock('../src/wechat/away.ts', () => ({
  go_away: (address: string) => void went.push(address),
  stay_here: () => void stayed.push(true),
}));

const APP_ID = 'wx00000000000000bb';
const BACK = `/login?back=${encodeURIComponent(`/C/${CODE}`)}`;
const TICKET = { status: 'not_bound', bind_ticket: 'a-ticket', expires_at: '2026-11-21T01:12:13Z' };
const logged_in = {
  status: 201,
  json: { person: ANN, expires_at: '2026-12-21T00:00:00Z', pass: { pass: 'bound', expires_at: '' } },
};

let phone: Phone;
/** The phone's storage, over all its pages. */
let kept: Map<string, string>;
beforeEach(() => (kept = new Map([[CONSENT, 'kept']])));
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  phone.close();
  vi.useRealTimers();
  window.sessionStorage.clear();
  went.length = 0;
  stayed.length = 0;
});

const scanned = async (script: Script = {}, wechat: string | undefined = APP_ID): Promise<void> => {
  phone = await open_phone(
    `/C/${CODE}`,
    { page: 'scan', me: null, code: CODE, scan: SCAN, ...(wechat && { wechat }) },
    script,
    kept,
  );
};
const opened = async (address: string, script: Script = {}, me: typeof ANN | null = null): Promise<void> => {
  phone = await open_phone(address, { page: 'login', me, wechat: APP_ID }, script, kept);
};
/** The state that was last sent to WeChat. */
const state = (): string => /&state=([0-9a-f]{32})#wechat_redirect$/.exec(went.at(-1) ?? '')?.[1] ?? '';
/** Scans, is sent, and comes back with a code. */
async function come_back(reply: HttpReply, address = BACK, script: Script = {}): Promise<void> {
  await scanned();
  const returned = `${address}&code=0412345&state=${state()}`;
  phone.close();
  await opened(returned, { 'POST /api/v1/wechat/sessions': () => reply, ...script });
}
const form = (): boolean => phone.page.find('[name=phone]').exists();

it('sends a scan that needs a login to WeChat, silently and back to a page of ours', async () => {
  await scanned();
  expect(phone.text()).toContain('正在用微信登录');
  expect(form()).toBe(false);
  const back = encodeURIComponent(window.location.origin + BACK);
  expect(went).toEqual([
    `https://open.weixin.qq.com/connect/oauth2/authorize?appid=${APP_ID}&redirect_uri=${back}` +
      `&response_type=code&scope=snsapi_base&state=${state()}#wechat_redirect`,
  ]);
});

it('sends no one away outside WeChat', async () => {
  await scanned({}, '');
  expect([went.length, form()]).toEqual([0, true]);
});

it('checks in a person who is bound: the pass is handed in, and the code is gone from the address', async () => {
  await come_back(logged_in, BACK, { 'POST /api/v1/check-ins': () => recorded() });
  const [asked, sent] = phone.requests;
  expect(asked?.body).toEqual({ oauth_code: '0412345', client: { kind: 'h5' }, pass: SCAN.pass });
  expect(sent?.body).toEqual({ pass: 'bound', client: { kind: 'h5' } });
  expect(phone.page.find('[role=img][aria-label=已签到]').exists()).toBe(true);
  expect(window.location.href).toBe(`${window.location.origin}/C/${CODE}`);
});

it('shows the form of the scan, with its course and the time left, to a person who scanned and is not bound', async () => {
  await come_back({ status: 200, json: TICKET });
  expect(window.location.pathname).toBe(`/C/${CODE}`);
  for (const words of ['首次在此微信中使用', SCAN.course.title, '请在 3:00 内登录', '登录并签到'])
    expect(phone.text()).toContain(words);
});

it('shows the form to a person who is not bound, with a ticket kept to bind with', async () => {
  await come_back({ status: 200, json: TICKET }, '/login?back=%2Frecords');
  expect(phone.text()).toContain('首次在此微信中使用，请先登录一次。');
  expect(form()).toBe(true);
  expect(phone.text()).not.toContain('用微信登录');
});

it.each([
  [refusal(503, 'wechat_unavailable'), '微信登录暂不可用。可用手机号登录，签到不受影响。'],
  [refusal(410, 'wechat_code_invalid'), '微信授权已失效'],
  [refusal(403, 'wechat_snapshot'), '当前为微信快照页'],
  [refusal(403, 'wechat_blocked'), '微信登录暂不可用'],
  [refusal(429, 'too_many_requests'), '操作过于频繁'],
  [refusal(403, 'person_not_approved'), '注册尚未审核通过'],
  [{ status: 200, json: undefined }, '网络连接失败'],
] as const)('ends on the form with a sentence when the answer is %o', async (reply, words) => {
  await come_back(reply, '/login?back=%2F');
  expect(phone.text()).toContain(words);
  expect(form()).toBe(true);
  expect(went).toHaveLength(1);
});

it('uses no code twice: the page opened again with it shows the form and asks nothing', async () => {
  await come_back({ status: 200, json: TICKET }, '/login?back=%2F');
  const again = `/login?back=%2F&code=0412345&state=${state()}`;
  phone.close();
  await opened(again);
  expect([phone.requests.length, form(), window.location.search]).toEqual([0, true, '?back=%2F']);
});

it.each([
  ['a state that is not ours', '/login?back=%2F&code=0412345&state=00000000000000000000000000000000'],
  ['a code that was not asked for', '/login?code=0412345&state=x'],
  ['no code, as when it was refused', '/login?back=%2F&state=x'],
])('takes %s for a login that was not completed', async (_, address) => {
  await opened(address);
  expect(phone.text()).toContain('微信登录未完成，请在此登录。');
  expect([phone.requests.length, went.length, form()]).toEqual([0, 0, true]);
  expect(window.location.search).not.toMatch(/code=|state=/);
});

it('goes on at once when a page with a code is opened by somebody who is logged in already', async () => {
  await opened(`/login?back=%2Frecords&code=0412345&state=x`, {}, ANN);
  expect(window.location.pathname).toBe('/records');
  expect(phone.requests.filter(({ method }) => method === 'POST')).toHaveLength(0);
});

it('sends no one twice: coming back by the browser’s own button leads to the form, another try to WeChat', async () => {
  await scanned();
  phone.close();
  await scanned();
  expect([went.length, form()]).toEqual([1, true]);
  expect(phone.text()).toContain('微信登录未完成');
  await phone.press('用微信登录');
  expect(went).toHaveLength(2);
});

it('shows the form when WeChat’s page does not come, and does not let it in any more', async () => {
  await scanned();
  vi.advanceTimersByTime(5_999);
  await settle();
  expect(form()).toBe(false);
  vi.advanceTimersByTime(1);
  await settle();
  expect([form(), stayed.length]).toEqual([true, 1]);
});

it('shows the form at once to a person who would rather type', async () => {
  await scanned();
  await phone.press('改用手机号登录');
  expect([form(), stayed.length]).toEqual([true, 1]);
  expect(phone.text()).toContain('登录并签到');
});

it('sends no one away where nothing can be remembered', async () => {
  const full = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('full');
  });
  await scanned();
  full.mockRestore();
  expect([went.length, form()]).toEqual([0, true]);
});

it('waits for a person who has logged out to ask for it', async () => {
  await opened('/login?back=%2F');
  const returned = `/login?back=%2F&code=0412345&state=${state()}`;
  phone.close();
  await opened(returned, {
    'POST /api/v1/wechat/sessions': () => logged_in,
    'DELETE /api/v1/sessions/current': () => ({ status: 204, json: undefined }),
  });
  await phone.press('退出登录');
  window.sessionStorage.clear();
  await phone.press('登录');
  expect([went.length, form()]).toEqual([1, true]);
  await phone.press('用微信登录');
  expect(went).toHaveLength(2);
});

it('undoes the binding after a question, and says what stood in the way', async () => {
  const asked: string[] = [];
  let unbinding: HttpReply = refusal(503, 'storage_unavailable');
  phone = await open_phone(
    '/',
    { page: 'home', me: ANN, wechat: APP_ID },
    {
      'DELETE /api/v1/me/wechat/binding': () => {
        asked.push('unbind');
        return unbinding;
      },
      'DELETE /api/v1/sessions/current': () => {
        asked.push('log out');
        return { status: 204, json: undefined };
      },
    },
    kept,
  );
  await phone.press('解除微信绑定');
  expect(phone.text()).toContain('签到记录和学分不受影响。');
  await phone.press('取消');
  expect([asked, phone.text().includes('退出登录')]).toEqual([[], true]);

  await phone.press('解除微信绑定');
  await phone.press('解除');
  expect(phone.text()).toContain('系统正在恢复');
  expect(asked).toEqual(['unbind']);

  unbinding = { status: 204, json: undefined };
  await phone.press('解除微信绑定');
  await phone.press('解除');
  expect(asked).toEqual(['unbind', 'unbind', 'log out']);
  expect(phone.text()).toContain('已解除微信绑定');
  // No second automatic redirect to WeChat.
  await phone.press('登录');
  expect([went.length, form()]).toEqual([0, true]);
});

it('offers no unbinding outside WeChat', async () => {
  phone = await open_phone('/', { page: 'home', me: ANN }, {}, kept);
  expect(phone.text()).not.toContain('解除微信绑定');
});

const sms_sent: HttpReply = { status: 202, json: { expires_in_ms: 300_000, retry_after_ms: 60_000 } };

/** Comes back from WeChat unbound, logs in by hand, and goes on to the binding. */
async function go_on_to_binding(by: 'sms' | 'password', script: Script): Promise<void> {
  const logging_in = { 'POST /api/v1/sessions': () => logged_in, 'POST /api/v1/sms-codes': () => sms_sent };
  await come_back({ status: 200, json: TICKET }, '/login?back=%2F', { ...logging_in, ...script });
  if (by === 'sms') {
    await phone.type('phone', '13800001234');
    await phone.type('sms_code', '123456');
  } else {
    await phone.page.findAll('[name=way]')[1]?.setValue(true);
    await phone.type('account', 'wangxiaoming');
    await phone.type('password', 'a secret');
  }
  await phone.press('登录');
  await phone.press('下次用微信直接登录');
  expect(phone.text()).toContain('为 王晓明 绑定');
}

const WHO = {
  bind_ticket: 'a-ticket',
  name: '王晓明',
  id_number: '11010519491231002X',
  client: { kind: 'h5' },
};

it('binds with the ID number alone after a login by text message: the phone was proved by it', async () => {
  const bound: unknown[] = [];
  await go_on_to_binding('sms', {
    'POST /api/v1/wechat/bindings': ({ body }) => (bound.push(body), logged_in),
  });
  expect(form()).toBe(false);
  await phone.press('绑定');
  expect(phone.text()).toContain('请填写证件号码');
  await phone.type('id_number', '11010519491231002x');
  await phone.press('绑定');
  expect(bound).toEqual([WHO]);
  expect(phone.text()).toContain('已绑定');
  await phone.press('返回');
  expect(phone.text()).not.toContain('下次用微信直接登录');
});

it('asks for the phone as well after a login by password', async () => {
  const bound: unknown[] = [];
  await go_on_to_binding('password', {
    'POST /api/v1/wechat/bindings': ({ body }) => (bound.push(body), logged_in),
  });
  await phone.type('id_number', '11010519491231002X');
  await phone.type('phone', '13800001234');
  await phone.press('获取验证码');
  await phone.type('sms_code', '654321');
  await phone.press('绑定');
  expect(bound).toEqual([{ ...WHO, phone: '13800001234', sms_code: '654321' }]);
  expect(phone.text()).toContain('已绑定');
});

it('asks for the phone after all where the server wants it, with the number as it was typed', async () => {
  const bound: unknown[] = [];
  await go_on_to_binding('sms', {
    'POST /api/v1/wechat/bindings': ({ body }) => {
      bound.push(body);
      return bound.length === 1 ? refusal(400, 'bad_request', { field: 'phone' }) : logged_in;
    },
  });
  await phone.type('id_number', '11010519491231002X');
  await phone.press('绑定');
  expect(phone.page.get('[role=alert]').text()).toContain('还需验证手机号');
  expect((phone.page.get('[name=phone]').element as HTMLInputElement).value).toBe('13800001234');
  await phone.type('sms_code', '654321');
  await phone.press('绑定');
  expect(bound).toEqual([WHO, { ...WHO, phone: '13800001234', sms_code: '654321' }]);
  expect(phone.text()).toContain('已绑定');
});

it('counts a pause down, without a reproach, when another message is asked for at once', async () => {
  await go_on_to_binding('password', {
    'POST /api/v1/sms-codes': () => refusal(429, 'too_many_requests', { retry_after_ms: 42_000 }),
  });
  await phone.type('phone', '13800001234');
  await phone.press('获取验证码');
  expect(phone.text()).toContain('42 秒后重发');
  expect(phone.page.find('[role=alert]').exists()).toBe(false);
});

it('offers to be remembered beneath the result, and nowhere without a ticket', async () => {
  const script = {
    'POST /api/v1/check-ins': () => recorded(),
    'POST /api/v1/receipts/asked': () => refusal(404, 'not_found'),
  };
  const known = { page: 'scan', code: CODE, scan: SCAN, wechat: APP_ID } as const;
  phone = await open_phone(`/C/${CODE}`, known, script);
  expect(phone.text()).toContain('已签到');
  expect(phone.text()).not.toContain('下次用微信直接登录');
  phone.close();
  window.sessionStorage.setItem(
    'zaichang.wechat',
    JSON.stringify({ is: 'not_bound', ticket: 't', until: Date.parse(TICKET.expires_at) }),
  );
  phone = await open_phone(`/C/${CODE}`, known, script);
  expect(phone.page.find(`[href='/v/${RECEIPT}']`).exists()).toBe(true);
  expect(phone.text()).toContain('下次用微信直接登录');
});

it('says that the time for binding is over when the ticket is no longer taken', async () => {
  await go_on_to_binding('sms', {
    'POST /api/v1/wechat/bindings': () => refusal(410, 'wechat_ticket_invalid'),
  });
  await phone.type('id_number', '11010519491231002X');
  await phone.press('绑定');
  expect(phone.page.get('[role=alert]').text()).toContain('绑定已超时');
});
