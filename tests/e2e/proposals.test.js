// A doctor whose unit is not in the list proposes it on the phone; the authority enters it with its name put right; the registration
// goes on by itself to the unit's new admin, who approves. A second proposal is refused, and its applicant reads why.

import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { logInBySms, says } from './support/phone.js';

/** @typedef {import('playwright-core').Page} Page */

const PHONE = '13900003579';
const CLINIC = '望月湖口腔门诊部';
const ENTERED = '岳麓区望月湖口腔门诊部';

describe('a unit that is missing', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let phone;
  /** @type {Page} */ let desk;

  before(async () => {
    offices = await openOffices({ people: 3 });
    phone = await (await offices.browser.phone()).newPage();
    ({ page: desk } = await offices.authority('units'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const press = (/** @type {string | RegExp} */ name) =>
    phone.getByRole('button', { name }).or(phone.getByRole('link', { name })).first().click();
  /** Looks again until the registration has come so far: it follows a decision by itself. @param {string} words */
  async function comesTo(words) {
    const said = phone.locator('h1').filter({ hasText: words });
    for (let looked = 0; looked < 20; looked += 1) {
      await press('查看审核结果');
      const isSo = await said.waitFor({ timeout: 500 }).then(
        () => true,
        () => false,
      );
      if (isSo) return;
    }
    await says(phone, words);
  }
  const button = (/** @type {string | RegExp} */ name) => desk.getByRole('button', { name, exact: true });

  test('who does not find their unit proposes it, and it waits for the authority', async () => {
    await phone.goto(`${offices.server.url}/login`);
    await logInBySms(phone, offices.server, PHONE);
    await says(phone, '注册须知');
    await press('同意并继续');
    await phone.getByLabel('真实姓名').fill('周小燕');
    await phone.getByLabel('证件类型').selectOption('passport');
    await phone.getByLabel('证件号码').fill('E12345678');
    await press('保存并继续');
    await says(phone, '所在单位');
    await phone.getByLabel('单位名称中的任意文字').fill(CLINIC);
    await press('查找');
    await phone.getByText('未找到该单位').waitFor();
    await look(phone, 'phone-registration-no-unit');
    await press('未找到？申报所在单位');
    await phone.getByLabel('市州').selectOption({ label: '星沙市' });
    await press('保存并继续');
    await phone.getByText('请填写此项').first().waitFor();
    await look(phone, 'phone-registration-propose-faults');
    await phone.getByLabel('区县').selectOption({ label: '岳麓区' });
    await phone.getByLabel('单位类别').selectOption({ label: '综合' });
    await phone.getByLabel('地址或单位电话（选填）').fill('找王医生 13800001234');
    await press('保存并继续');
    await phone.getByText('不含个人手机号').waitFor();
    await phone.getByLabel('地址或单位电话（选填）').fill('望月湖路 12 号');
    await look(phone, 'phone-registration-propose');
    await press('保存并继续');
    await says(phone, '职称与专业');
    await phone.getByLabel('职称系列').selectOption('physician');
    await phone.getByLabel('职称级别').selectOption('junior');
    await phone.getByLabel('从事专业').fill('口腔医学');
    await press('保存并继续');
    await says(phone, '核对并提交');
    await phone.getByText('提交后，先由主管部门确认').waitFor();
    await look(phone, 'phone-registration-check-proposed');
    // What was proposed is there when one goes back to it.
    await press('修改 所在单位');
    await says(phone, '所在单位');
    await phone.waitForFunction(() =>
      [...document.querySelectorAll('input')].some(({ value }) => value === '望月湖路 12 号'),
    );
    await press('保存并继续');
    await press('提交审核');
    await says(phone, '单位待主管部门确认');
    await look(phone, 'phone-registration-waits-authority');
    await phone.goto(new URL('/records', phone.url()).href);
    await phone.getByText('单位待主管部门确认').waitFor();
    await press('查看注册信息');
    await says(phone, '单位待主管部门确认');
  });

  test('the authority refuses it with a reason, and it is proposed again', async () => {
    await desk.reload();
    await desk.getByRole('link', { name: '申报的单位（1 个待处理）' }).click();
    await desk.getByRole('heading', { name: '申报的单位' }).waitFor();
    await desk.getByText('潇湘省（演示）星沙市岳麓区').waitFor();
    await look(desk, 'console-proposals');
    await tabThrough(desk, 'console-proposals');
    await button(`不予确认 ${CLINIC}`).click();
    await desk.getByLabel('请填写单位全称后重新申报').check();
    await look(desk, 'console-proposal-refuse');
    await button('不予确认').click();
    await desk.getByText(`“${CLINIC}”不予确认，1 份注册申请退回本人。`).waitFor();
    await desk.getByText('暂无待处理的申报').waitFor();

    await comesTo('已退回，请修改后重新提交');
    await phone.getByText('主管部门意见：请填写单位全称后重新申报').waitFor();
    await look(phone, 'phone-registration-refused-unit');
    await press('修改注册信息');
    await press('提交审核');
    await says(phone, '单位待主管部门确认');
  });

  test('a county hands up what is not its own, and the authority above decides', async () => {
    const { account, password } = offices.server.welcome;
    await offices.sql(`insert into accounts (unit_id, account, name, role, password_hash)
      select (select id from units where name = '岳麓区'), 'yuelu-wjj', '李敏', 'authority_admin', password_hash
      from accounts where account = '${account}'`);
    const county = await (await offices.browser.desktop()).newPage();
    await county.goto(`${offices.server.url}/console/units/proposals`);
    await county.getByLabel('账号').fill('yuelu-wjj');
    await county.getByLabel('密码', { exact: true }).fill(password);
    await county.getByRole('button', { name: '登录' }).click();
    await county.getByRole('button', { name: `转交上级 ${CLINIC}`, exact: true }).click();
    await county.getByLabel('该单位由市级主管部门管理').check();
    await look(county, 'console-proposal-hand-up');
    await county.getByRole('button', { name: '转交上级', exact: true }).click();
    await county.getByText(`“${CLINIC}”已转交`).waitFor();
    await county.getByText('暂无待处理的申报').waitFor();
    await desk.reload();
    await button(`新增单位 ${CLINIC}`).waitFor();
  });

  test('units that are alike are offered, and any other is found by its former names', async () => {
    await desk.reload();
    await button(`已有该单位 ${CLINIC}`).click();
    await desk.getByText('没有名称相近的单位').waitFor();
    const dialog = desk.getByRole('dialog');
    await dialog
      .getByRole('searchbox')
      .or(dialog.getByLabel('名称、曾用名、别名、拼音或首字母'))
      .first()
      .fill('防疫站');
    await dialog.getByText('曾用名：星沙市卫生防疫站').waitFor();
    await dialog.getByRole('radio').first().check();
    await look(desk, 'console-proposal-known');
    await button('取消').click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('it is entered with its name put right, and the registration goes on by itself', async () => {
    await button(`新增单位 ${CLINIC}`).click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('名称', { exact: true }).fill(ENTERED);
    await look(desk, 'console-proposal-enter');
    await dialog.getByRole('button', { name: '新增单位', exact: true }).click();
    await desk.getByText(`已确认“${ENTERED}”，1 份注册申请转入该单位审核。`).waitFor();
    await desk.getByLabel('处理状态').selectOption({ label: '已确认' });
    await desk.getByRole('link', { name: ENTERED }).waitFor();
    await look(desk, 'console-proposals-decided');

    await comesTo('已提交，单位尚无管理员');
    await phone.getByText(`“${ENTERED}”的管理员由`).waitFor();
    await look(phone, 'phone-registration-no-admin');
  });

  test('the unit’s first admin finds it waiting and approves', async () => {
    const { account, password } = offices.server.welcome;
    await offices.sql(`insert into accounts (unit_id, account, name, role, password_hash)
      select (select id from units where name = '${ENTERED}'), 'wangyuehu', '李敏', 'unit_admin', password_hash
      from accounts where account = '${account}'`);
    const page = await (await offices.browser.desktop()).newPage();
    await page.goto(`${offices.server.url}/console/registrations`);
    await page.getByLabel('账号').fill('wangyuehu');
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: '通过 周小燕', exact: true }).click();
    await page.getByRole('button', { name: '通过 1 人的注册' }).click();
    await page.getByText('已通过 1 人').waitFor();
    await press('查看审核结果');
    await says(phone, '注册已通过审核');
  });
});
