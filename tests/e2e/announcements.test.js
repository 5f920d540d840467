// Announcements: an authority writes one, puts it right beside a colleague, publishes it; a unit's admin and a person read it; it is
// withdrawn. What looks like HTML is text. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { logInByPassword, openOn, says } from './support/phone.js';

/** @typedef {import('playwright-core').Page} Page */

const TITLE = '2026 年度学分审核安排';
const TEXT = `各单位：

请于 12 月 20 日前报送材料，详见 https://wjw.example.cn/notice?id=1 。
<img src=x onerror="document.title='broken'"> 按原样显示。

科教处`;

describe('announcements', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** The unit's. @type {Page} */ let unit;
  /** @type {Page} */ let authority;
  /** Another session of it. @type {Page} */ let colleague;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page: unit } = await offices.unitAdmin('announcements'));
    ({ page: authority } = await offices.authority('announcements/own'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('button', { name, exact: true });
  const dialogOf = (/** @type {Page} */ on) => on.getByRole('dialog');
  const titleOf = (/** @type {Page} */ on) => on.getByLabel('标题', { exact: true });

  test('who has none is told what comes there', async () => {
    await unit.getByRole('heading', { name: '通知公告', exact: true, level: 1 }).waitFor();
    await unit.getByText('暂无公告').waitFor();
    await look(unit, 'console-announcements-none');
    await authority.getByText('本单位尚未发布公告').waitFor();
    await look(authority, 'console-announcements-own-none');
  });

  test('a draft keeps what was typed through a fault, and is put right in its form', async () => {
    await button(authority, '新建公告').click();
    await titleOf(authority).fill('学');
    await authority.getByLabel('正文', { exact: true }).fill(TEXT);
    await button(authority, '存为草稿').click();
    await authority.getByText('请填写 2 至 100 个字').waitFor();
    await look(authority, 'console-announcement-new');
    await tabThrough(authority, 'console-announcement-new', { whole: '.el-dialog' });
    await titleOf(authority).fill(TITLE);
    await authority.getByLabel('人员', { exact: true }).check();
    await button(authority, '存为草稿').click();
    await authority.getByRole('heading', { name: TITLE, exact: true, level: 1 }).waitFor();
    await authority.getByText('草稿', { exact: true }).waitFor();
    await authority.getByLabel('在列表中排在其他公告之前').check();
    assert.ok(await button(authority, '发布').isDisabled());
    await button(authority, '保存更改').click();
    await authority.getByText(/^已保存/).waitFor();
    await look(authority, 'console-announcement-own');
    await tabThrough(authority, 'console-announcement-own');
  });

  test('two authors at once both keep what they typed', async () => {
    const { pathname } = new URL(authority.url());
    ({ page: colleague } = await offices.authority(pathname.replace('/console/', '')));
    await titleOf(colleague).waitFor();
    await titleOf(authority).fill(`${TITLE}（修订）`);
    await titleOf(colleague).fill(`${TITLE}（更正）`);
    await button(authority, '保存更改').click();
    await authority
      .getByText('没有未保存的更改')
      .or(authority.getByText(/已保存/))
      .first()
      .waitFor();
    await button(colleague, '保存更改').click();
    await dialogOf(colleague).getByText(`${TITLE}（修订）`).first().waitFor();
    await dialogOf(colleague).getByText(`${TITLE}（更正）`).first().waitFor();
    await look(colleague, 'console-announcement-conflict');
    await colleague.close();
    await titleOf(authority).fill(TITLE);
    await button(authority, '保存更改').click();
    await authority.getByRole('heading', { name: TITLE, exact: true, level: 1 }).waitFor();
  });

  test('once it is published, a unit’s admin reads it as text, and it is read then', async () => {
    await button(authority, '发布').click();
    await dialogOf(authority)
      .getByText(/将向单位管理员、人员显示/)
      .waitFor();
    await dialogOf(authority).getByText('定时发布').click();
    await dialogOf(authority).getByLabel('时间（北京时间）').waitFor();
    await look(authority, 'console-announcement-publish');
    await dialogOf(authority).getByText('立即发布').click();
    await dialogOf(authority).getByRole('button', { name: '发布', exact: true }).click();
    await authority.getByText('已发布', { exact: true }).waitFor();

    await unit.getByRole('link', { name: '单位与科室' }).click();
    await unit.getByRole('link', { name: '消息 1 条未读' }).click();
    await unit.getByRole('link', { name: '通知公告（1 条未读）' }).click();
    await unit.getByRole('link', { name: TITLE }).waitFor();
    await look(unit, 'console-announcements');
    await tabThrough(unit, 'console-announcements');
    await unit.getByRole('link', { name: TITLE }).click();
    await unit.getByText('按原样显示', { exact: false }).waitFor();
    await unit.getByText('<img src=x', { exact: false }).waitFor();
    const link = unit.getByRole('link', { name: 'https://wjw.example.cn/notice?id=1' });
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
    assert.equal(await unit.locator('article img').count(), 0);
    await look(unit, 'console-announcement');
    await unit.getByRole('link', { name: '返回通知公告' }).click();
    await unit.getByText('未读', { exact: true }).first().click();
    await unit.getByText('没有未读公告').waitFor();
  });

  test('a person sees it on the start page, reads it, and it is read then', async () => {
    const who = offices.server.welcome.people[0];
    assert.ok(who);
    const phone = await openOn(await offices.browser.phone(), `${offices.server.url}/login`);
    await logInByPassword(phone, who);
    await says(phone, '会场签到');
    await phone.getByText(TITLE).waitFor();
    await phone.getByText('1 条未读').waitFor();
    await look(phone, 'phone-home-announcements');
    await phone.getByRole('link', { name: /通知公告/ }).click();
    await says(phone, '通知公告');
    await phone.getByRole('link', { name: new RegExp(TITLE) }).waitFor();
    await look(phone, 'phone-announcements');
    await phone.getByRole('link', { name: new RegExp(TITLE) }).click();
    await says(phone, TITLE);
    await phone.getByText('<img src=x', { exact: false }).waitFor();
    assert.equal(await phone.locator('.announcement-text img').count(), 0);
    await look(phone, 'phone-announcement');
    await phone.goBack();
    await says(phone, '通知公告');
    await phone.getByText('未读', { exact: true }).waitFor({ state: 'detached' });

    await button(authority, '撤回').click();
    await dialogOf(authority)
      .getByText(/不再显示/)
      .waitFor();
    await look(authority, 'console-announcement-withdraw');
    await dialogOf(authority).getByRole('button', { name: '撤回', exact: true }).click();
    await authority.getByText('已撤回', { exact: true }).waitFor();
    await phone.getByRole('link', { name: new RegExp(TITLE) }).click();
    await phone.getByText('该公告已撤回或已到期', { exact: false }).waitFor();
    await look(phone, 'phone-announcement-gone');

    await authority.getByRole('link', { name: '返回本单位发布的公告' }).click();
    await authority.getByRole('table').getByText(TITLE).waitFor();
    await look(authority, 'console-announcements-own');
    await authority.goto(`${offices.server.url}/console/audit-log`);
    await authority.getByRole('table').getByText('撤回公告', { exact: true }).first().waitFor();
    await look(authority, 'console-announcement-audit');
  });
});
