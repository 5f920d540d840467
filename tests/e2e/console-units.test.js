// An authority's units and a unit's own departments: found by former names and pinyin, entered, renamed, closed after its effects
// were told, opened again, merged; departments added, ordered and closed. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

describe('units and departments', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;

  before(async () => {
    offices = await openOffices({ people: 40 });
    ({ page } = await offices.authority('units'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string} */ name, of = page) => of.getByRole('button', { name, exact: true });
  const row = (/** @type {string} */ name) =>
    page.getByRole('table').getByRole('link', { name, exact: true });
  const search = (/** @type {string} */ text) =>
    page.getByLabel('名称、曾用名、别名、拼音或首字母').fill(text);
  const count = (/** @type {number} */ n) => page.getByText(`共 ${n} 个单位`, { exact: true }).waitFor();

  test('units are found by former names, by pinyin, and in a district though they are the city’s', async () => {
    await count(6);
    await look(page, 'console-units');
    await tabThrough(page, 'console-units');
    await search('防疫站');
    await count(1);
    await page.getByText('曾用名：星沙市卫生防疫站').waitFor();
    await search('szyy');
    await count(1);
    await row('星沙市中医医院').waitFor();
    await search('');
    await count(6);
    await page.getByLabel('市州', { exact: true }).selectOption({ label: '星沙市' });
    await page.getByLabel('区县', { exact: true }).selectOption({ label: '岳麓区' });
    await count(5);
    // The district has taken this one in when it was redrawn.
    await row('望湖镇卫生院').waitFor();
    await page.getByLabel('状态', { exact: true }).selectOption('closed');
    await row('望湖县职工医院').waitFor();
    await page.reload();
    await row('望湖县职工医院').waitFor();
    await search('没有这样的医院');
    await page.getByText('没有符合条件的单位').waitFor();
    await look(page, 'console-units-none');
    await button('显示全部').click();
    await count(6);
  });

  test('a unit is entered, what was typed stays when it is refused, and it is renamed', async () => {
    await button('新增单位').click();
    const dialog = page.getByRole('dialog', { name: '新增单位' });
    await button('新增单位', /** @type {any} */ (dialog)).click();
    await dialog.getByText('名称须为 2 至 100 个字').waitFor();
    await dialog.getByLabel('名称', { exact: true }).fill('岳麓人民医院');
    await dialog.getByLabel('市州', { exact: true }).selectOption({ label: '星沙市' });
    await dialog.getByLabel('区县', { exact: true }).selectOption({ label: '岳麓区' });
    await dialog.getByLabel('类别', { exact: true }).selectOption('general');
    await look(page, 'console-units-add');
    await tabThrough(page, 'dialog of a new unit', { whole: '[role=dialog]' });
    await button('新增单位', /** @type {any} */ (dialog)).click();
    await dialog.getByText('请核对是否重复', { exact: false }).waitFor();
    assert.equal(await dialog.getByLabel('类别', { exact: true }).inputValue(), 'general');
    await dialog.getByLabel('名称', { exact: true }).fill('岳麓区第二医院');
    await button('新增单位', /** @type {any} */ (dialog)).click();
    await page.getByRole('heading', { name: '岳麓区第二医院', level: 1 }).waitFor();
    await page.getByText('尚无管理员').waitFor();
    await page.getByText('尚未设置科室').waitFor();
    await page.getByText('科室由单位管理员在本单位页面新增。').waitFor();
    await look(page, 'console-unit-new');

    await page.getByLabel('名称', { exact: true }).fill('岳麓区妇女儿童医院');
    await button('保存更改').click();
    await page.getByRole('heading', { name: '岳麓区妇女儿童医院', level: 1 }).waitFor();
    await page.getByText(/^岳麓区第二医院（至 /).waitFor();
  });

  test('closing tells its effects first, and what keeps a unit open', async () => {
    await button('停用单位').click();
    let dialog = page.getByRole('dialog', { name: '停用“岳麓区妇女儿童医院”' });
    await dialog.getByText('新注册的人员不能再选择该单位。').waitFor();
    await button('停用单位', /** @type {any} */ (dialog)).click();
    await page.locator('main').getByText('已停用', { exact: true }).waitFor();
    await look(page, 'console-unit-closed');
    await button('恢复使用').click();
    await button('恢复使用', /** @type {any} */ (page.getByRole('dialog'))).click();
    await button('停用单位').waitFor();

    await page.getByRole('link', { name: '返回单位列表' }).click();
    await row('岳麓人民医院').click();
    await button('停用单位').click();
    dialog = page.getByRole('dialog', { name: '停用“岳麓人民医院”' });
    await dialog.getByText('该单位暂不能停用：').waitFor();
    await dialog.getByText(/^有 \d+ 门课程尚未结束/).waitFor();
    assert.ok(await button('停用单位', /** @type {any} */ (dialog)).isDisabled());
    await look(page, 'console-unit-close');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await button('调整主管部门').click();
    await page
      .getByRole('dialog')
      .getByText(/^单位及其 7 个科室/)
      .waitFor();
    await look(page, 'console-unit-move');
    await tabThrough(page, 'dialog of a move', { whole: '[role=dialog]' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tabThrough(page, 'console-unit');
    await page.close();
  });

  test('a unit keeps its departments: added, ordered by the keyboard, renamed and closed', async () => {
    const { page: own, refused } = await offices.unitAdmin('units');
    await own.getByRole('heading', { name: '岳麓人民医院', level: 1 }).waitFor();
    await own.getByText('冠心病监护室').waitFor();
    await look(own, 'console-unit-own');
    await tabThrough(own, 'console-unit-own');
    await button('新增科室', own).click();
    await own.getByLabel('科室名称').fill('康复医学科');
    await own.keyboard.press('Enter');
    const up = own.getByRole('button', { name: '上移 康复医学科' });
    await up.waitFor();
    await up.focus();
    await own.keyboard.press('Enter');
    await own.getByText('康复医学科 现为第 5 个，共 6 个').waitFor({ state: 'attached' });
    assert.equal(await up.evaluate((one) => one === document.activeElement), true, 'the keyboard stays');
    await own.getByRole('button', { name: '“康复医学科”更名' }).click();
    await own.getByLabel('科室名称').fill('康复科');
    await look(own, 'console-department-rename');
    await own.keyboard.press('Enter');
    await own.getByText('曾用名：康复医学科').waitFor();
    await own.getByRole('button', { name: '停用 康复科' }).click();
    await button('停用', /** @type {any} */ (own.getByRole('dialog'))).click();
    await own.getByRole('button', { name: '恢复 康复科' }).waitFor();
    await own.goto(`${offices.server.url}/console/audit-log`);
    await own.getByRole('table').getByText('修改科室').first().waitFor();
    assert.deepEqual(refused, []);
    await own.close();
  });

  test('two units are merged after its effects were told, and the one is found by the names of the other', async () => {
    const { page: desk } = await offices.authority('units?q=橘洲街道');
    await desk
      .getByRole('table')
      .getByRole('link', { name: '橘洲街道社区卫生服务中心', exact: true })
      .click();
    await button('并入其他单位', desk).click();
    const dialog = desk.getByRole('dialog', { name: '将“橘洲街道社区卫生服务中心”并入其他单位' });
    const submit = button('并入其他单位', /** @type {any} */ (dialog));
    assert.ok(await submit.isDisabled(), 'nothing is chosen yet');
    await dialog.getByLabel('名称、曾用名、别名、拼音或首字母').fill('工人医院');
    await dialog.getByRole('radio', { name: /^岳麓人民医院/ }).check();
    await dialog.getByText(/名人员转入“岳麓人民医院”/).waitFor();
    await look(desk, 'console-unit-merge');
    await tabThrough(desk, 'dialog of a merge', { whole: '[role=dialog]' });
    await submit.click();
    await desk
      .getByText(/^，已转移 \d+ 人$/)
      .or(desk.getByText(/，已转移 \d+ 人/))
      .first()
      .waitFor();
    await look(desk, 'console-unit-merged');
    await desk.goto(`${offices.server.url}/console/units?q=橘洲街道`);
    await desk.getByRole('table').getByRole('link', { name: '岳麓人民医院', exact: true }).waitFor();
    await desk.close();
  });
});
