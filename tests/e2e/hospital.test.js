// A hospital starts for real, in four browsers, on a server without any data: the authority comes in by the link of the server's file
// and imports thirty units, a hospital's first administrator comes in by the link of that import's file and imports two hundred people,
// and a doctor whom no list has scans, registers on the phone, is returned, puts it right, is approved at the desk, and is checked in
// at the time of the scan. The project alone is written by SQL: no page adds one yet.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { authenticatorOf } from './support/authenticator.js';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { idNumber } from './support/id-number.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { logInBySms, openOn, says, timeOf } from './support/phone.js';
import { runSql, startPostgres } from './support/postgres.js';
import { startEmptyServer } from './support/server.js';
import { readXlsx } from './support/sheet.js';
import { followVenue } from './support/venue.js';

/** @typedef {import('playwright-core').Page} Page */

const PASSWORD = 'Chufang-2026';
const UNITS = 30;
const PEOPLE = 200;
const HOSPITAL = '岳麓第一医院';
const PROJECT = '心力衰竭规范化诊疗培训班';
const COURSE = '心力衰竭的早期识别';

const DOCTOR = { name: '周小燕', phone: '13900002468', number: idNumber(300) };
/** The doctor’s project as its unit plans it: today, all day, and its code lives longest, as pictures of a busy machine take seconds. */
const ADDED_PROJECT = `with entry as (
    insert into catalogue_entries (unit_id, number, name, year, level, credits, hours, discipline)
    select id, '2026-03-01-001 (省)', '${PROJECT}', 2026, 'provincial', 5, 6, '心血管病学' from units where name = '${HOSPITAL}'
    returning id, unit_id),
  project as (
    insert into projects (unit_id, catalogue_entry_id, venue, method, leader, contact_name, contact_phone)
    select unit_id, id, '学术报告厅', '继续医学教育项目', '周敏', '周敏', '0731-00000000' from entry returning id),
  period as (
    insert into periods (project_id, first_day, last_day)
    select id, (now() at time zone 'Asia/Shanghai')::date, (now() at time zone 'Asia/Shanghai')::date from project)
  insert into courses (project_id, title, hours, place, profile, opens_minute, closes_minute)
  select id, '${COURSE}', 3, '学术报告厅', 'relaxed', 0, 1440 from project`;

/** The list of units as the authority has it. @param {boolean} right whether the two rows are put right */
function units(right) {
  const rows = Array.from({ length: UNITS }, (_, n) => {
    const name = n === 0 ? HOSPITAL : `岳麓第${n + 1}卫生服务站`;
    const division = !right && n === 6 ? '岳鹿区' : '湖南省长沙市岳麓区';
    const grade = !right && n === 20 ? '特级' : n === 0 ? '县' : '乡镇';
    return `${n + 1},${name},${division},${grade},周敏`;
  });
  return ['2026 年单位联系表', '', '序号,单位,行政区划,级别,联系人', ...rows, ''].join('\r\n');
}

/** The list of people as the hospital has it. */
function people() {
  const rows = Array.from({ length: PEOPLE }, (_, n) => {
    const name = `章小${'一二三四五六七八九十'[n % 10]}${'东南西北中春夏秋冬上下左右前后天地人和平'[Math.floor(n / 10)]}`;
    return `${n + 1},${name},${idNumber(n)},1358100${String(n).padStart(4, '0')},内科,主治医师,内科`;
  });
  return ['2026 年人员信息采集表', '', '序号,姓名,身份证号,联系电话,科室,职称,专业', ...rows, ''].join(
    '\r\n',
  );
}

describe('a hospital starts for real', () => {
  /** @type {Awaited<ReturnType<typeof startEmptyServer>>} */ let server;
  /** @type {Awaited<ReturnType<typeof startPostgres>>} */ let postgres;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {Page} */ let authority;
  /** @type {Page} */ let hospital;
  /** @type {Page} */ let phone;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  let link = '';
  let course = '';
  let scanned = 0;

  before(async () => {
    postgres = await startPostgres({ empty: true });
    server = await startEmptyServer({ ZAICHANG_DATABASE_URL: postgres.url });
    browser = await openBrowser();
    authority = await (await browser.desktop()).newPage();
    hospital = await (await browser.desktop()).newPage();
    phone = await (await browser.phone()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string | RegExp} */ name) =>
    on.getByRole('button', { name, exact: true });
  const menu = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.locator('nav[aria-label="主导航"]').getByRole('link', { name, exact: true });
  const field = (/** @type {Page} */ on, /** @type {string} */ name) => on.getByLabel(name, { exact: true });
  const heading = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('heading', { name, exact: true }).waitFor();
  const press = (/** @type {string | RegExp} */ name) =>
    phone.getByRole('button', { name }).or(phone.getByRole('link', { name })).first().click();
  const figure = async (/** @type {Page} */ on, /** @type {string} */ name) =>
    (await on.locator('dl > div', { hasText: name }).locator('dd').textContent())?.trim();
  const choose = (/** @type {Page} */ on, /** @type {string} */ name, /** @type {string} */ text) =>
    on.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

  /** The second and third step of a link's page. @param {Page} on @param {{ name: string, phone: string, account: string }} admin @param {string} done */
  async function comeIn(on, admin, done) {
    await field(on, '姓名').fill(admin.name);
    await field(on, '手机号').fill(admin.phone);
    await field(on, '账号').fill(admin.account);
    await field(on, '密码').fill(PASSWORD);
    await field(on, '再次输入密码').fill(PASSWORD);
    await button(on, '下一步').click();
    await on.getByRole('img', { name: '身份验证器的二维码' }).waitFor();
    const authenticator = authenticatorOf(await on.locator('.hand code').innerText());
    await field(on, '动态验证码').fill(authenticator.code());
    await button(on, done).click();
  }

  test('the authority comes in by the link of the server’s file', async () => {
    if (!server.log.lines.some(({ file }) => file)) await server.log.next(({ file }) => Boolean(file));
    const [first = ''] = (await readFile(join(server.dataDir, 'admin-link.txt'), 'utf8')).split('\n');
    await authority.goto(first);
    await field(authority, '行政部门名称').fill('湖南省卫生健康委员会');
    await field(authority, '省、自治区、直辖市').selectOption('湖南省');
    await comeIn(authority, { name: '何建国', phone: '138 0000 1234', account: 'hunan-wjw' }, '建立并登录');
    await authority.getByRole('heading', { name: '系统检查', exact: true, level: 1 }).waitFor();
    await authority.goto(`${server.url}/console/`);
    await heading(authority, '待办事项');
  });

  test('thirty units are imported, two rows corrected and sent again', async () => {
    await authority.goto(`${server.url}/console/units`);
    await button(authority, '导入').first().click();
    await choose(authority, '单位联系表.csv', units(false));
    await heading(authority, '检查结果');
    assert.deepEqual([await figure(authority, '将新增'), await figure(authority, '有误')], ['28', '2']);
    await button(authority, '只导入无误的 28 行').click();
    await heading(authority, '已导入');
    const [download] = await Promise.all([
      authority.waitForEvent('download'),
      button(authority, '生成并下载链接').click(),
    ]);
    const { texts } = await readXlsx(await download.path());
    const links = texts.filter((text) => text.includes('/console/start#'));
    assert.equal(links.length, 28);
    link = links[0] ?? '';
    await choose(authority, '单位联系表.csv', units(true));
    await heading(authority, '检查结果');
    await button(authority, '全部导入（2 行）').click();
    await heading(authority, '已导入');
  });

  test('the hospital’s first administrator comes in by the link of that file, and imports two hundred people', async () => {
    await hospital.goto(link);
    await hospital.getByText(`为“${HOSPITAL}”建立一位管理员。`, { exact: false }).waitFor();
    await comeIn(
      hospital,
      { name: '周敏', phone: '138 0000 4321', account: 'yuelu-zhoumin' },
      '建立账号并登录',
    );
    await menu(hospital, '人员').click();
    await button(hospital, '从文件导入').first().click();
    await choose(hospital, '人员名单.csv', people());
    await heading(hospital, '检查结果');
    // The hospital’s departments have not been entered yet.
    assert.deepEqual(
      [await figure(hospital, '将新增'), await figure(hospital, '有误')],
      ['0', String(PEOPLE)],
    );
    await hospital.getByText('该单位没有这个科室，请先在单位页面添加，或更正科室名称').first().waitFor();
    await look(hospital, 'console-import-people-departments');
    await button(hospital, '新增这 1 个科室，并重新检查').click();
    await button(hospital, `全部导入（${PEOPLE} 行）`).click();
    await heading(hospital, '已导入');
    await hospital.getByRole('link', { name: '返回人员列表' }).click();
    await hospital.getByText(`共 ${PEOPLE} 人`, { exact: true }).waitFor();
    await look(hospital, 'console-people-imported');
  });

  test('its project is submitted and approved, and its screen is opened', async () => {
    await runSql(postgres.url, ADDED_PROJECT);
    await hospital.goto(`${server.url}/console/projects`);
    await hospital.getByRole('link', { name: PROJECT }).click();
    await button(hospital, '上报').click();
    await button(hospital, '撤回').waitFor();
    await authority.goto(`${server.url}/console/projects`);
    await authority.getByRole('link', { name: PROJECT }).click();
    await button(authority, '通过').click();
    await authority.getByRole('dialog').getByRole('button', { name: '通过 1 个项目' }).click();
    await authority.locator('main header').getByText('通过', { exact: true }).waitFor();

    await hospital.goto(`${server.url}/console/`);
    await hospital.getByRole('link', { name: COURSE }).click();
    await hospital.waitForURL(/\/courses\/\d+$/);
    course = new URL(hospital.url()).pathname;
    await button(hospital, '打开投屏').click();
    await field(hospital, '屏幕位置').fill('学术报告厅');
    const [opened] = await Promise.all([
      hospital.waitForEvent('popup'),
      button(hospital, '在新窗口打开').click(),
    ]);
    venue = followVenue(opened);
    await opened.waitForURL(/\/display\/\d+$/);
    await venue.mood('open');
    await button(hospital, '完成').click();
  });

  test('a doctor whom no list has scans and registers', async () => {
    await venue.page.bringToFront();
    await openOn(phone.context(), await venue.address());
    scanned = Date.now();
    await logInBySms(phone, server, DOCTOR.phone);
    await says(phone, '该手机号未注册');
    await press('填写注册信息');
    await press('同意并继续');
    await phone.getByLabel('真实姓名').fill(DOCTOR.name);
    await phone.getByLabel('证件号码').fill(DOCTOR.number);
    await press('保存并继续');
    await says(phone, '所在单位');
    await phone.getByLabel('省', { exact: true }).selectOption('湖南省');
    await phone.getByLabel('单位名称中的任意文字').fill('第一医院');
    await press('查找');
    await phone.getByRole('status').getByRole('button', { name: HOSPITAL }).click();
    await press('保存并继续');
    await says(phone, '职称与专业');
    await phone.getByLabel('职称系列').selectOption('physician');
    await phone.getByLabel('职称级别').selectOption('intermediate');
    await phone.getByLabel('从事专业').fill('外科');
    await press('保存并继续');
    await press('提交审核');
    await says(phone, '已提交，等待单位审核');
    await phone.getByText('扫码已为您保留').waitFor();
  });

  test('she is returned, and puts it right', async () => {
    await hospital.bringToFront();
    await menu(hospital, '人员注册').click();
    await button(hospital, `退回 ${DOCTOR.name}`).click();
    await hospital.getByLabel('请核对科室').check();
    await button(hospital, '退回 1 人的注册').click();
    await hospital.getByText('已退回 1 人').waitFor();

    await press('查看审核结果');
    await says(phone, '已退回，请修改后重新提交');
    await phone.getByText('请核对科室').waitFor();
    await press('修改注册信息');
    await press('修改 所在单位');
    await phone.getByLabel('科室').selectOption('内科');
    await press('保存并继续');
    await press('修改 职称与专业');
    await phone.getByLabel('从事专业').fill('心血管内科');
    await press('保存并继续');
    await press('提交审核');
    await says(phone, '已提交，等待单位审核');
  });

  test('she is approved at the desk, and was there when she scanned', async () => {
    await hospital.goto(`${server.url}${course}/assist`);
    await field(hospital, '姓名、证件号码、手机号或医通卡号').fill(DOCTOR.number);
    await button(hospital, '查找').click();
    await look(hospital, 'console-assist-registering');
    await tabThrough(hospital, 'console-assist-registering');
    await button(hospital, `通过注册：${DOCTOR.name}`).click();
    await look(hospital, 'console-assist-approving');
    await button(hospital, '通过 1 人的注册').click();
    await hospital.getByText('已通过 1 人').waitFor();

    await press('查看审核结果');
    await says(phone, '注册已通过审核');
    await hospital.goto(`${server.url}${course}/records`);
    await hospital.getByText('补审通过：扫码后由单位审核通过，按扫码时间记录').waitFor();
    // At the second of her scan, not of her approval.
    const at = await runSql(postgres.url, 'select extract(epoch from at) * 1000 from check_ins');
    assert.ok(Math.abs(Number(at) - scanned) < 15_000, `${at} is when she scanned, ${scanned}`);
    const row = hospital.getByRole('row').filter({ hasText: DOCTOR.name });
    await row.getByText(timeOf(Number(at))).waitFor();
    await look(hospital, 'console-records-approved');
  });
});
