// People who were imported are invited to log in: at the import's result, and from the list of people; told before how many messages that
// is, and not sent twice. In three widths, light and dark, and by the keyboard.

import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { idNumber } from './support/id-number.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

const rows = ['丁一鸣', '丁二妹', '丁三立'].map(
  (name, n) => `${name},${idNumber(n + 1)},1352000000${n},主治医师,心血管内科,ding-${n}`,
);
const file = Buffer.from(['姓名,证件号码,手机号码,职称,从事专业,原账号', ...rows, ''].join('\r\n'));

describe('invitations', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;

  before(async () => {
    offices = await openOffices({ people: 40 });
    ({ page } = await offices.unitAdmin('people/import'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');

  test('at the import’s result those are invited who have never logged in, once', async () => {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '人员.csv', mimeType: 'text/csv', buffer: file });
    await button('全部导入（3 行）').click();
    await page.getByRole('heading', { name: '已导入', exact: true }).waitFor();
    await button('短信邀请').click();
    await dialog()
      .getByText(/^将发送 3 条短信/)
      .waitFor();
    await look(page, 'console-invitations');
    await dialog().getByRole('button', { name: '短信邀请 3 人登录' }).click();
    await page.getByText('已邀请 3 人，短信将陆续发送').waitFor();
    await look(page, 'console-invitations-imported');
    await button('短信邀请').click();
    await dialog().getByText('目前没有可邀请的人员。').waitFor();
    await dialog().getByText('7 天内已邀请、不再发送的：3 人。').waitFor();
    await look(page, 'console-invitations-none');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('in the list some are chosen, and it is told who cannot be invited', async () => {
    await page.getByRole('link', { name: '返回人员列表' }).click();
    await page.getByLabel('搜索姓名、拼音或首字母').fill('丁');
    await page.waitForURL(/q=/);
    await page.getByText('共 3 人').first().waitFor();
    await page.getByLabel('选择丁一鸣').check();
    await look(page, 'console-invitations-chosen');
    await tabThrough(page, 'console-invitations-chosen');
    await page.getByRole('group', { name: '对所选人员' }).getByRole('button', { name: '短信邀请' }).click();
    await dialog().getByText('7 天内已邀请、不再发送的：1 人。').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  test('where the platform has no template for it, that is said', async () => {
    const json = { is_offered: false, messages: 3, further: 0, once_more: 0, lately: 0, others: 0 };
    await page.route('**/invitations/preview', (route) => route.fulfill({ json }));
    await button('短信邀请').first().click();
    await dialog()
      .getByText(/^平台尚未设置邀请短信模板/)
      .waitFor();
    await look(page, 'console-invitations-not-offered');
  });
});
