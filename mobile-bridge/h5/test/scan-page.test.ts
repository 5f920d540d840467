// The page a scan opens, in each state a person can meet it in.

import { afterEach, expect, it } from 'vitest';
import { CONSENT } from '@zaichang/core';
import { ANN, CHECK_IN, CODE, RECEIPT, SCAN, open_phone, recorded, refusal, settle } from './phone.ts';
import type { Phone, Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const scan = async (boot: object, script: Script = {}): Promise<void> => {
  phone = await open_phone(`/C/${CODE}`, { page: 'scan', ...boot }, script);
};

it('checks in at once when somebody is logged in, and shows time, course, place and receipt', async () => {
  await scan({ scan: SCAN }, { 'POST /api/v1/check-ins': () => recorded() });
  expect(phone.text()).toContain('09:02:13');
  expect(phone.text()).toContain('心电图判读要点');
  expect(phone.text()).toContain('学术报告厅 · 主会场');
  expect(phone.page.get('.result-receipt').attributes('href')).toBe(`/v/${RECEIPT}`);
  expect(phone.text()).toContain('x9Kd 27Qa');
  expect(phone.requests[0]?.body).toEqual({ pass: 'pass of the scan', client: { kind: 'h5' } });
});

it('says whose it is, and which of the day’s, from the person’s own records', async () => {
  const first = { ...CHECK_IN, id: 'first', at: '2026-11-20T23:35:08.000Z' };
  const items = [CHECK_IN, first].map((check_in) => ({ check_in, receipt: check_in.id }));
  await scan(
    { scan: SCAN },
    {
      'POST /api/v1/check-ins': () => recorded(),
      'GET /api/v1/me/check-ins': () => ({ status: 200, json: { items, next: null } }),
    },
  );
  expect(phone.text()).toContain('王晓明 · 心内科');
  expect(phone.text()).toContain('今日第 2 次，首次 07:35');
  expect(phone.requests.slice(0, 2).map(({ path }) => path.split('?')[0])).toEqual([
    '/api/v1/check-ins',
    '/api/v1/me/check-ins',
  ]);
});

it('shows a repeat as the same success with the first time', async () => {
  await scan({ recorded: { check_in: CHECK_IN, receipt: RECEIPT } });
  expect(phone.text()).toContain('您已于 09:02:13 签到');
  expect(phone.requests.filter(({ path }) => path === '/api/v1/check-ins')).toHaveLength(0);
});

it('says what it waits for, keeps the time of the scan, and goes on by itself', async () => {
  const script: Script = {};
  await scan({ scan: SCAN }, script);
  expect(phone.text()).toContain('正在等待网络恢复');
  expect(phone.text()).toContain('按扫码时间 09:02:13 记录');
  script['POST /api/v1/check-ins'] = () => recorded();
  await phone.pass(1_000);
  expect(phone.page.find('.result').exists()).toBe(true);
});

it('tries again when asked to', async () => {
  const script: Script = {};
  await scan({ scan: SCAN }, script);
  script['POST /api/v1/check-ins'] = () => recorded();
  await phone.press('立即重试');
  expect(phone.page.find('.result').exists()).toBe(true);
});

it('waits for the service with the pass it gave', async () => {
  const deferred = { status: 202, json: { status: 'deferred', pass: 'a bound pass', retry_after_ms: 2_000 } };
  await scan({ scan: SCAN }, { 'POST /api/v1/check-ins': () => deferred });
  expect(phone.text()).toContain('正在等待系统恢复');
  await phone.pass(3_000);
  expect(phone.requests[1]?.body).toMatchObject({ pass: 'a bound pass' });
});

it('keeps a scan that the server could not place, and presents it', async () => {
  const away = { code: 'storage_unavailable', status: 503, pass: 'a kept pass', retry_after_ms: 500 };
  await scan({ me: null, refusal: away }, { 'POST /api/v1/check-ins': () => recorded() });
  expect(phone.text()).toContain('正在等待系统恢复');
  await phone.pass(1_000);
  expect(phone.text()).toContain('09:02:13');
  expect(phone.requests[0]?.body).toMatchObject({ pass: 'a kept pass' });
});

it('says what happened and why, with the next step as a button', async () => {
  await scan({ refusal: { code: 'code_expired', status: 410 } });
  expect(phone.text()).toContain('二维码已过期');
  expect(phone.text()).toContain('每隔几秒更换一次');
  expect(phone.page.findAll('button').some((button) => button.text() === '重新扫码')).toBe(true);
  expect(phone.text()).not.toContain('code_expired');
});

it('says when a course opens', async () => {
  const refused = { code: 'course_not_open', status: 409, opens_at: '2026-11-21T05:30:00Z' };
  await scan({ refusal: refused });
  expect(phone.text()).toContain('将于 13:30 开始');
});

it('tells the declared days where today is none of them', async () => {
  await scan({ scan: SCAN }, { 'POST /api/v1/check-ins': () => refusal(409, 'outside_period') });
  expect(phone.text()).toContain('举办周期11月21日 周六 – 11月22日 周日');
});

it('shows the staff who was refused, where and why', async () => {
  await scan({ scan: SCAN }, { 'POST /api/v1/check-ins': () => refusal(409, 'device_in_use') });
  // Days and hours are no help here.
  expect(phone.text()).not.toContain('举办周期');
  await phone.press('出示给会务人员');
  for (const said of ['王晓明', '湘雅医院', '心电图判读要点', '这部手机今天已为他人签到', 'r-1']) {
    expect(phone.text()).toContain(said);
  }
});

it('asks for a login first and then checks in with the pass that came back bound', async () => {
  const login = { person: ANN, expires_at: '2026-12-21T00:00:00Z', pass: { pass: 'bound', expires_at: '' } };
  await scan(
    { me: null, scan: { ...SCAN, needs: ['login'] } },
    {
      'POST /api/v1/sessions': () => ({ status: 201, json: login }),
      'POST /api/v1/check-ins': () => recorded(),
    },
  );
  expect(phone.text()).toContain('请在 3:00 内登录');
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await phone.press('登录并签到');
  expect(phone.page.find('.result').exists()).toBe(true);
  const passes = phone.requests.map(({ body }) => (body as { pass?: string } | undefined)?.pass);
  expect(passes.filter(Boolean)).toEqual(['pass of the scan', 'bound']);
});

it('tells somebody else that the scan is not theirs, and lets them change the account', async () => {
  await scan(
    { scan: SCAN },
    {
      'POST /api/v1/check-ins': () => refusal(401, 'login_required'),
      'DELETE /api/v1/sessions/current': () => ({ status: 204, json: undefined }),
    },
  );
  expect(phone.text()).toContain('请用扫码时的账号登录');
  phone.context.logged_in({ person: { ...ANN, id: 34 }, expires_at: '' }, null);
  await phone.pass(0);
  expect(phone.text()).toContain('该扫码属于其他账号');
  await phone.press('使用其他账号');
  expect(phone.page.find('form').exists()).toBe(true);
});

it('speaks English when asked to, with the Chinese beside it', async () => {
  await scan({ refusal: { code: 'cap_reached', status: 409 } });
  await phone.press('English');
  expect(phone.page.get('h1').text()).toBe('The course is full 签到人数已满');
  expect(document.documentElement.lang).toBe('en');
  await phone.press('中文');
  expect(document.documentElement.lang).toBe('zh-CN');
});

const not_approved = (pass = 'bound pass'): ReturnType<typeof refusal> =>
  refusal(403, 'person_not_approved', { pass });

it('keeps the scan of somebody who is not approved yet, and presents it again when asked to', async () => {
  const script: Script = { 'POST /api/v1/check-ins': () => not_approved() };
  await scan({ scan: SCAN }, script);
  expect(phone.text()).toContain('扫码成功，已为您保留 24 小时');
  expect(phone.text()).toContain('请联系所在单位管理员审核');
  script['POST /api/v1/check-ins'] = () => recorded();
  await phone.press('重新提交');
  expect(phone.page.find('.result').exists()).toBe(true);
  const passes = phone.requests.map(({ body }) => (body as { pass?: string } | undefined)?.pass);
  expect(passes.filter(Boolean)).toEqual(['pass of the scan', 'bound pass']);
});

it('presents it once when the page is opened again, and not by a timer', async () => {
  const kept = new Map([[CONSENT, 'kept']]);
  const script: Script = { 'POST /api/v1/check-ins': () => not_approved() };
  phone = await open_phone(`/C/${CODE}`, { page: 'scan', scan: SCAN }, script, kept);
  await phone.pass(3_600_000);
  const presented = (): number => phone.requests.filter(({ path }) => path === '/api/v1/check-ins').length;
  expect(presented()).toBe(1);
  phone.close();
  script['POST /api/v1/check-ins'] = () => recorded();
  const later = { page: 'scan' as const, refusal: { code: 'code_expired' as const, status: 410 } };
  phone = await open_phone(`/C/${CODE}`, { ...later, server_now: '2026-11-21T03:00:00Z' }, script, kept);
  expect(presented()).toBe(1);
  expect(phone.page.find('.result').exists()).toBe(true);
});

it('keeps the scan of a login that was refused for that, and asks for the login before it is presented', async () => {
  const script: Script = { 'POST /api/v1/sessions': () => not_approved('bound at login') };
  await scan({ me: null, scan: SCAN }, script);
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await settle();
  expect(phone.text()).toContain('扫码成功，已为您保留 24 小时');
  await phone.press('重新提交');
  expect(window.location.pathname).toBe('/login');

  // Approved within the minute: after a request to present it, no second press is needed.
  script['POST /api/v1/sessions'] = () => ({
    status: 201,
    json: { person: ANN, expires_at: '2026-12-21T00:00:00Z', pass: null },
  });
  script['POST /api/v1/check-ins'] = () => recorded();
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '654321');
  await settle();
  expect(phone.page.find('.result').exists()).toBe(true);
  const passes = phone.requests.map(({ body }) => (body as { pass?: string } | undefined)?.pass);
  expect(passes.filter(Boolean)).toContain('bound at login');
});
