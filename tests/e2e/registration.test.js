// A doctor who is not registered scans, registers on the phone, is returned, puts it right, is approved in the console, and is
// checked in at the time of the scan.

import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInBySms, openOn, says } from './support/phone.js';
import { openVenue } from './support/venue.js';

const PHONE = '13900002468';

describe('registering on the phone', () => {
  /** @type {import('./support/console.js').Console} */ let desk;
  /** @type {import('playwright-core').Page} */ let phone;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    desk = await openConsole();
    const organiser = organiserOf(desk.server);
    const course = desk.server.demo.courses[0]?.id ?? 0;
    // Pictures of a busy machine take seconds.
    await organiser.change(course, { profile: 'relaxed' });
    const opened = await organiser.openScreen(course);
    venue = await openVenue(await desk.browser.projector(), opened.display_url);
    await venue.mood('open');
    phone = await (await desk.browser.phone()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const press = (/** @type {string | RegExp} */ name) =>
    phone.getByRole('button', { name }).or(phone.getByRole('link', { name })).first().click();

  test('who is not registered is told what is missing, who does it, and that the scan is kept', async () => {
    await openOn(phone.context(), await venue.address());
    await logInBySms(phone, desk.server, PHONE);
    await says(phone, '该手机号未注册');
    await phone.getByText('扫码成功，已为您保留 24 小时').waitFor();
    await look(phone, 'phone-not-registered');
    await press('填写注册信息');
    await says(phone, '注册须知');
    await phone.getByText('不收集健康信息').waitFor();
    await look(phone, 'phone-registration-notice');
  });

  test('each field says what is wrong with it, and what was saved is there after a reload', async () => {
    await press('同意并继续');
    await says(phone, '姓名与证件');
    await phone.getByLabel('真实姓名').fill('周小燕');
    await phone.getByLabel('证件号码').fill('430102187001010011');
    await press('保存并继续');
    await phone.getByText('末位与前面的数字不符').waitFor();
    await look(phone, 'phone-registration-faults');
    await phone.getByLabel('证件号码').fill('43010218700101002X');
    await phone.getByLabel('证件类型').selectOption('passport');
    await phone.getByLabel('证件号码').fill('e1234 5678');
    await press('保存并继续');
    await says(phone, '所在单位');
    await phone.reload();
    await says(phone, '所在单位');
    await press('上一步');
    await phone.getByText('已保存：*****5678').waitFor();
    await look(phone, 'phone-registration-identity');
    await press('保存并继续');
  });

  test('the unit is found by a part of its name, and the whole is checked before it is submitted', async () => {
    await says(phone, '所在单位');
    await phone.getByLabel('单位名称中的任意文字').fill('人民医院');
    await press('查找');
    const found = phone.getByRole('status').getByRole('button').first();
    await found.waitFor();
    await look(phone, 'phone-registration-units');
    await found.click();
    await look(phone, 'phone-registration-unit');
    await press('保存并继续');
    await says(phone, '职称与专业');
    await phone.getByLabel('职称系列').selectOption('nurse');
    await phone.getByLabel('职称级别').selectOption('intermediate');
    await phone.getByLabel('从事专业').fill('护理学');
    await look(phone, 'phone-registration-work');
    await press('保存并继续');
    await says(phone, '核对并提交');
    await look(phone, 'phone-registration-check');
    await press('提交审核');
    await says(phone, '已提交，等待单位审核');
    await phone.getByText('扫码已为您保留').waitFor();
    await look(phone, 'phone-registration-waits');
    await phone.goto(new URL('/records', phone.url()).href);
    await phone.getByText('已提交，等待单位审核').waitFor();
    await phone.getByText('待审核通过后记录').waitFor();
    await look(phone, 'phone-records-registering');
    await press('查看注册信息');
    await says(phone, '已提交，等待单位审核');
  });

  test('the unit returns it with a reason, and it is put right and submitted again', async () => {
    const { page, button } = desk;
    await desk.open('registrations');
    await desk.logIn();
    await page.getByRole('link', { name: '周小燕' }).waitFor();
    await look(page, 'console-registrations');
    await button('退回 周小燕').click();
    await page.getByLabel('请核对科室').check();
    await page.getByRole('dialog').getByText('本人可修改后重新提交。').waitFor();
    await look(page, 'console-registration-return');
    await button('退回 1 人的注册').click();
    await page.getByText('已退回 1 人').waitFor();
    await page.getByText('暂无待审核的注册申请').waitFor();

    await press('查看审核结果');
    await says(phone, '已退回，请修改后重新提交');
    await phone.getByText('请核对科室').waitFor();
    await look(phone, 'phone-registration-returned');
    await press('修改注册信息');
    await press('修改 职称与专业');
    await phone.getByLabel('从事专业').fill('急诊护理');
    await press('保存并继续');
    await press('提交审核');
    await says(phone, '已提交，等待单位审核');
  });

  test('once approved, they are checked in at the time of the scan, and the record says so', async () => {
    const { page, button } = desk;
    await page.reload();
    await page.getByRole('link', { name: '周小燕' }).click();
    await page.getByRole('heading', { name: '周小燕' }).waitFor();
    await page.getByText('提交').first().waitFor();
    await page.getByLabel('科室').selectOption({ index: 1 });
    await button('保存更改').click();
    await page.getByText('已保存').waitFor();
    await look(page, 'console-registration');
    await button(/^通过$/).click();
    await button('通过 1 人的注册').click();
    await page.getByText('已通过').first().waitFor();

    await press('查看审核结果');
    await says(phone, '注册已通过审核');
    await look(phone, 'phone-registration-approved');
    await press('退出');
    await says(phone, '会场签到');
    await phone.goto(new URL('/registration', phone.url()).href);
    await says(phone, '请先验证手机号');

    await desk.open(`courses/${desk.server.demo.courses[0]?.id}/records?q=周小燕`);
    await page.getByText('补审通过').waitFor();
    await look(page, 'console-record-approved-afterwards');
  });
});
