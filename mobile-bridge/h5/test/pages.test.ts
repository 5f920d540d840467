// The start page, one's own records, and a receipt's public page.

import { afterEach, expect, it } from 'vitest';
import { CHECK_IN, CODE, RECEIPT, SCAN, open_phone, recorded, type Phone, type Script } from './phone.ts';

let phone: Phone;
afterEach(() => phone.close());

const record = (receipt: string, day: string) => ({ receipt, check_in: { ...CHECK_IN, day } });
const page_of_records = (items: object[], next: string | null) => ({ status: 200, json: { items, next } });

it('lists records by day, page after page, none twice', async () => {
  const pages = [
    page_of_records([record('a', '2026-11-21'), record('b', '2026-11-20')], 'cursor'),
    page_of_records([record('b', '2026-11-20'), record('c', '2026-11-19')], null),
  ];
  phone = await open_phone(
    '/records',
    { page: 'records' },
    { 'GET /api/v1/me/check-ins': () => pages.shift() as never },
  );
  expect(phone.text()).toContain('11月21日 周六');
  await phone.press('更早的记录');
  expect(phone.requests[1]?.path).toBe('/api/v1/me/check-ins?limit=20&after=cursor');
  expect(phone.page.findAll('.records-day')).toHaveLength(3);
  expect(phone.text()).toContain('已显示全部记录');
});

it('tells what will appear where there is nothing yet', async () => {
  phone = await open_phone(
    '/records',
    { page: 'records' },
    { 'GET /api/v1/me/check-ins': () => page_of_records([], null) },
  );
  expect(phone.text()).toContain('暂无签到记录');
  expect(phone.text()).toContain('扫码签到');
});

it('asks for a login before records, and comes back', async () => {
  phone = await open_phone('/records', { page: 'records', me: null });
  expect(window.location.pathname + window.location.search).toBe('/login?back=%2Frecords');
});

it('offers another try when records do not come', async () => {
  const script: Script = {};
  phone = await open_phone('/records', { page: 'records' }, script);
  expect(phone.text()).toContain('网络连接失败');
  script['GET /api/v1/me/check-ins'] = () => page_of_records([record('a', '2026-11-21')], null);
  await phone.press('再试一次');
  expect(phone.page.findAll('.records-day')).toHaveLength(1);
});

const attested = { ...CHECK_IN, name: '王*明', unit: '湘雅医院' };

it('shows what a receipt attests', async () => {
  phone = await open_phone(`/v/${RECEIPT}`, { page: 'receipt', me: null, attested });
  for (const said of ['回执有效', '王*明', '湘雅医院', '心电图判读要点', '09:02:13', 'x9Kd 27Qa']) {
    expect(phone.text()).toContain(said);
  }
});

it('says of a struck record that it is on record and not recognised, never that it is valid', async () => {
  const struck = { ...attested, recognised: false, ending: '3467ACDE' };
  phone = await open_phone(`/v/${RECEIPT}`, { page: 'receipt', me: null, attested: struck });
  for (const said of [
    '已记录，主办方未认可',
    'Recorded, not recognised by the organiser',
    '王*明',
    '3467 ACDE',
  ])
    expect(phone.text()).toContain(said);
  expect(phone.text()).not.toContain('有效，');
  expect(phone.text()).not.toContain('回执有效');
});

it('marks a struck record among one’s own', async () => {
  const script: Script = {};
  script['GET /api/v1/me/check-ins'] = () =>
    page_of_records([{ ...record('a', '2026-11-21'), recognised: false }, record('b', '2026-11-21')], null);
  phone = await open_phone('/records', { page: 'records' }, script);
  expect(phone.page.findAll('.records-struck').map((found) => found.text())).toEqual([
    '已记录，主办方未认可',
  ]);
});

it('says of a receipt that is not ours that there is none', async () => {
  phone = await open_phone('/v/nonsense', { page: 'receipt', refusal: { code: 'not_found', status: 404 } });
  expect(phone.text()).toContain('未查询到该回执');
});

it('tells on the start page what became of a scan while the page was closed, once', async () => {
  const script: Script = {};
  phone = await open_phone(`/C/${CODE}`, { page: 'scan', scan: SCAN }, script);
  phone.context.navigation.go('/');
  await phone.pass(0);
  expect(phone.text()).toContain('等待提交，系统将自动重试');
  script['POST /api/v1/check-ins'] = () => recorded();
  await phone.pass(1_000);
  await phone.press('已签到');
  expect(phone.page.find('.result').exists()).toBe(true);
  phone.context.navigation.go('/');
  await phone.pass(0);
  expect(phone.page.find('[aria-label=扫码进展]').exists()).toBe(false);
});

it('warns before a logout that would pause a scan under way', async () => {
  phone = await open_phone(
    `/C/${CODE}`,
    { page: 'scan', scan: SCAN },
    { 'DELETE /api/v1/sessions/current': () => ({ status: 204, json: undefined }) },
  );
  phone.context.navigation.go('/');
  await phone.pass(0);
  await phone.press('退出登录');
  expect(phone.text()).toContain('有 1 次签到待提交');
  expect(phone.context.me.value).not.toBeNull();
  await phone.press('仍要退出');
  expect(phone.context.me.value).toBeNull();
  expect(phone.text()).toContain('等待登录后签到');
});
