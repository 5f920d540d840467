// A person's titles: one that was there before days were kept is given its day, a promotion is entered with its own, and a wrong entry
// is taken out. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

describe('titles of people', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page } = await offices.unitAdmin('people'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  /** @param {string} day */
  async function chooseDay(day) {
    await dialog().getByLabel('聘任（取得）日期', { exact: true }).fill(day);
    await dialog().getByLabel('聘任（取得）日期', { exact: true }).blur();
  }

  test('the title that stands is given its day, and a promotion is entered beside it', async () => {
    await page.getByLabel('搜索姓名、拼音或首字母').fill('王伟');
    await page.waitForURL(/q=/);
    await page.getByRole('table').getByRole('link', { name: '王伟', exact: true }).click();
    await page.getByText('日期未登记').waitFor();
    await page.getByLabel('职称系列', { exact: true }).selectOption('physician');
    await page.getByLabel('职称级别', { exact: true }).selectOption('intermediate');
    await page.getByLabel('聘任（取得）日期', { exact: true }).fill('2015-09-01');
    await button('保存更改').click();
    await page.getByText(/^已保存/).waitFor();
    await page.getByText('自 2015-09-01').waitFor();

    await button('登记新职称').click();
    assert.equal(await dialog().getByRole('button', { name: '登记新职称', exact: true }).isDisabled(), true);
    await dialog().getByLabel('职称系列', { exact: true }).selectOption('physician');
    await dialog().getByLabel('职称级别', { exact: true }).selectOption('associate_senior');
    await chooseDay('2099-01-01');
    await dialog().getByText('日期不能晚于今天').waitFor();
    await chooseDay('2024-12-01');
    await look(page, 'console-person-title-add');
    await dialog().getByRole('button', { name: '登记新职称', exact: true }).click();
    await page.getByText('自 2024-12-01').waitFor();
    await page.getByText(/· 副主任医师 ·/).waitFor();
    await look(page, 'console-person-titles');
    await tabThrough(page, 'console-person-titles');
  });

  test('an entry too many is taken out, and the one of before is in force again', async () => {
    await button('撤销职称 副主任医师').click();
    await look(page, 'console-person-title-remove');
    await dialog().getByRole('button', { name: '撤销', exact: true }).click();
    await page.getByText(/· 主治医师 ·/).waitFor();
    await page.getByText('自 2024-12-01').waitFor({ state: 'detached' });
    // The only one is not offered to be taken out.
    assert.equal(await page.getByRole('button', { name: /^撤销职称/ }).count(), 0);
  });
});
