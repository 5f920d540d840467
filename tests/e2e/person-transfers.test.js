// A transfer: a unit lets somebody go, another finds them by the document and takes them in, each in a browser of its own; both see
// where it stands, and the authority above them. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

const NAME = '周小燕';
/** Not a person’s: made by the rule of GB 11643. */
const NUMBER = '431225199001019871';
const OTHER = '浏河县妇幼保健院';

describe('transfers of people', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** Of the unit that lets go. @type {Page} */ let own;
  /** Of the unit that takes in. @type {Page} */ let other;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page: own } = await offices.unitAdmin('people'));
    ({ page: other } = await offices.adminOf(OTHER, 'people/transfers'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('button', { name, exact: true });
  const dialogOf = (/** @type {Page} */ on) => on.getByRole('dialog');
  /** The row of whom it is about, in a list of transfers. @param {Page} on @param {string} state */
  const inList = (on, state) =>
    on.getByRole('row').filter({ hasText: NAME }).filter({ hasText: state }).first().waitFor();

  async function letGo() {
    await button(own, '办理调出').click();
    await dialogOf(own).getByLabel('调往其他单位').check();
    await dialogOf(own).getByLabel('搜索单位名称、拼音或首字母').fill('浏河县妇幼');
    await dialogOf(own).getByRole('radio', { name: OTHER }).check();
    await dialogOf(own).getByText('仅指定单位可以查找和调入', { exact: false }).waitFor();
    await look(own, 'console-transfer-let-go');
    await button(own, '办理调出').last().click();
    await own.getByText('待调入', { exact: true }).waitFor();
    await own.getByText(`指定 ${OTHER}`, { exact: true }).waitFor();
  }

  test('a unit enters somebody, lets them go, and keeps them after all', async () => {
    await button(own, '从文件导入').click();
    const rows = `姓名,证件号码,手机号码,职称,从事专业\r\n${NAME},${NUMBER},13512345678,主治医师,心血管内科\r\n`;
    await own
      .locator('input[type=file]')
      .setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await button(own, '全部导入（1 行）').click();
    await own.getByRole('heading', { name: '已导入', exact: true }).waitFor();
    await own.goto(`${offices.server.url}/console/people?q=${encodeURIComponent(NAME)}`);
    await own.getByRole('table').getByRole('link', { name: NAME, exact: true }).click();
    await letGo();
    await look(own, 'console-transfer-of-person');
    await tabThrough(own, 'console-transfer-of-person');
    await button(own, '取消调出').click();
    await button(own, '取消调出').last().click();
    await own.getByText('已取消', { exact: true }).waitFor();
  });

  test('who was not let go is not found, and what was typed stays', async () => {
    await other.getByText('暂无人员调动').waitFor();
    await look(other, 'console-transfers-none');
    await button(other, '调入人员').click();
    const dialog = dialogOf(other);
    assert.equal(await button(other, '调入').isDisabled(), true);
    await dialog.getByLabel('姓名', { exact: true }).fill(NAME);
    await dialog.getByLabel('证件号码', { exact: true }).fill(NUMBER);
    await button(other, '查找').click();
    await dialog.getByText('未找到可调入的人员').waitFor();
    assert.equal(await dialog.getByLabel('姓名', { exact: true }).inputValue(), NAME);
    await look(other, 'console-transfer-not-found');
  });

  test('once they are let go they are found with what was typed, and taken in', async () => {
    await letGo();
    await own.goto(`${offices.server.url}/console/people/transfers`);
    await inList(own, '待调入');
    await own.getByRole('table').getByRole('link', { name: NAME, exact: true }).first().waitFor();
    await button(other, '查找').click();
    const dialog = dialogOf(other);
    await dialog.getByText(`${NAME}（431***********9871），主治医师，心血管内科`).waitFor();
    await look(other, 'console-transfer-found');
    // What was found is forgotten with what was typed.
    await dialog.getByLabel('证件号码', { exact: true }).fill(`${NUMBER} `);
    assert.equal(await button(other, '调入').isDisabled(), true);
    // An answer that comes after the number was edited once more is about somebody else: nothing of it is shown.
    /** @type {() => void} */ let answers = () => {};
    const held = new Promise((resolve) => (answers = () => resolve(null)));
    await other.route('**/transfers/searches', async (route) => {
      await held;
      await route.continue();
    });
    await button(other, '查找').click();
    await dialog.getByLabel('证件号码', { exact: true }).fill(NUMBER);
    const late = other.waitForResponse('**/transfers/searches');
    answers();
    await late;
    await other.unroute('**/transfers/searches');
    await dialog.locator('.is-loading').waitFor({ state: 'detached' });
    assert.equal(await dialog.getByText(/^原单位：/).count(), 0);
    assert.equal(await button(other, '调入').isDisabled(), true);
    await button(other, '查找').click();
    await dialog.getByText(/^原单位：/).waitFor();
    await button(other, '调入').click();
    await other.getByText(`已调入${NAME}。`).waitFor();
    await inList(other, '已调入');
    await look(other, 'console-transfers');
    await tabThrough(other, 'console-transfers');
    await other.getByRole('table').getByRole('link', { name: NAME, exact: true }).click();
    await other.getByRole('heading', { name: NAME, exact: true, level: 1 }).waitFor();
    await other.getByText(/ → 浏河县妇幼保健院$/).waitFor();
  });

  test('the unit that let them go sees where they went, and the authority sees both', async () => {
    await own.getByLabel('调动进度').selectOption('taken_in');
    // Who is another unit's is no link: those of the whole list are gone when it is filtered.
    await own
      .getByRole('table')
      .getByRole('link', { name: NAME, exact: true })
      .first()
      .waitFor({ state: 'detached' });
    await inList(own, OTHER);
    await own.getByLabel('调动进度').selectOption('waits');
    await own.getByText('没有符合条件的调动').waitFor();
    const { page: authority } = await offices.authority('units');
    await authority.getByRole('link', { name: '人员调动', exact: true }).click();
    await inList(authority, '已调入');
    await inList(authority, '已取消');
    assert.equal(await button(authority, '调入人员').count(), 0);
    await authority.getByRole('table').getByRole('link', { name: NAME, exact: true }).first().click();
    await authority.getByText(/ → 浏河县妇幼保健院$/).waitFor();
    // Of an open unit its own admins let go.
    assert.equal(await button(authority, '办理调出').count(), 0);
    await look(authority, 'console-authority-person-transfers');
  });
});
