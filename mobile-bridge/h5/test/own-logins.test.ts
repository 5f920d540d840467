// Where the person is logged in: listed with this phone first, and ended.

import { afterEach, expect, it } from 'vitest';
import { open_phone, type Phone, type Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const login = (id: string, of: object = {}) => ({
  id,
  client: 'h5',
  opened_at: '2026-11-20T00:20:00Z',
  expires_at: '2027-05-20T00:20:00Z',
  seen_at: null,
  device: 'WeChat · Android',
  same_network: true,
  is_current: false,
  ...of,
});
const HERE = login('00', { is_current: true });
const OLD = login('01', { client: 'wechat', device: null, same_network: null });
const LOST = login('02', { client: 'app', device: 'Safari · iPhone', same_network: false });
const listed = (...items: object[]) => ({ status: 200, json: { items } });

it('names each by what it was opened with and when, and this phone first', async () => {
  phone = await open_phone('/#logins', {}, { 'GET /api/v1/me/sessions': () => listed(HERE, OLD, LOST) });
  const rows = phone.page.findAll('.row').map((row) => row.text());
  expect(rows[0]).toMatch(/^网页 · WeChat · Android.*11月20日.* 08:20 登录.*本机$/s);
  expect(rows[0]).not.toContain('同一网络');
  expect(rows[1]).toMatch(/^微信小程序.*退出$/s);
  expect(rows[2]).toContain('医教管理 APP · Safari · iPhone');
  expect(phone.text()).toContain('会按微信绑定自动重新登录');
});

it('ends one, and the rest with one press', async () => {
  const left = [[HERE, OLD, LOST], [HERE, OLD], [HERE]];
  const script: Script = {
    'GET /api/v1/me/sessions': () => listed(...(left.shift() ?? [])),
    'DELETE /api/v1/me/sessions/02': () => ({ status: 204, json: null }),
    'DELETE /api/v1/me/sessions': () => ({ status: 200, json: { ended: 1 } }),
  };
  phone = await open_phone('/#logins', {}, script);
  await phone.page.findAll('.row-button')[1]?.trigger('click');
  await phone.pass(0);
  expect(phone.text()).toContain('已退出 1 处登录');
  expect(phone.page.findAll('li.row')).toHaveLength(2);
  await phone.press('退出其他全部登录');
  expect(phone.text()).toContain('仅本机登录');
  expect(phone.text()).not.toContain('退出其他全部登录');
});

it('takes what has ended meanwhile for ended, and says when there is no answer', async () => {
  const script: Script = { 'GET /api/v1/me/sessions': () => listed(HERE, OLD) };
  phone = await open_phone('/#logins', {}, script);
  await phone.page.find('.row-button').trigger('click');
  await phone.pass(0);
  expect(phone.text()).toContain('网络连接失败');
  expect(phone.page.findAll('li.row')).toHaveLength(2);
  script['DELETE /api/v1/me/sessions/01'] = () => ({ status: 404, json: { code: 'not_found', status: 404 } });
  script['GET /api/v1/me/sessions'] = () => listed(HERE);
  await phone.page.find('.row-button').trigger('click');
  await phone.pass(0);
  expect(phone.page.findAll('li.row')).toHaveLength(1);
  expect(phone.text()).not.toContain('网络连接失败');
});

it('asks for a login where this one has ended', async () => {
  const ended = { status: 401, json: { code: 'login_required', status: 401 } };
  phone = await open_phone('/#logins', {}, { 'GET /api/v1/me/sessions': () => ended });
  expect(window.location.pathname + window.location.search).toBe('/login?back=%2F%23logins');
});
