// A unit's people: found by initials, by department and state; one of them changed, also while another admin changes the same; and
// as the authority above sees them. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

describe('a unit’s people', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;
  /** Another admin of the same unit. @type {Page} */ let other;

  before(async () => {
    offices = await openOffices({ people: 60 });
    ({ page } = await offices.unitAdmin('people'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const row = (/** @type {string} */ name) =>
    page.getByRole('table').getByRole('link', { name, exact: true });
  const search = (/** @type {string} */ text) => page.getByLabel('搜索姓名、拼音或首字母').fill(text);
  const save = (/** @type {Page} */ on) => on.getByRole('button', { name: '保存更改', exact: true }).click();

  test('they are found by initials, department and state, and all of it is in the address', async () => {
    await row('王伟').waitFor();
    await look(page, 'console-people');
    await tabThrough(page, 'console-people');
    await search('ww');
    await row('王伟').waitFor();
    await page.getByLabel('人员状态', { exact: true }).selectOption('cancelled');
    await page.getByText('没有符合条件的人员').waitFor();
    await look(page, 'console-people-none');
    await page.reload();
    await page.getByText('没有符合条件的人员').waitFor();
    await page.getByRole('button', { name: '显示全部人员' }).click();
    await row('王伟').waitFor();
    await page.getByLabel('科室', { exact: true }).selectOption({ label: '药学部' });
    await page
      .getByRole('status')
      .filter({ hasText: /^共 \d+ 人$/ })
      .first()
      .waitFor();
    assert.match(page.url(), /department=\d+/);
  });

  test('their work is changed, and two admins who change one person both keep what they typed', async () => {
    await page.getByLabel('科室', { exact: true }).selectOption('');
    await search('ww');
    await page.waitForURL(/q=ww/);
    await row('王伟').click();
    await page.getByRole('heading', { name: '王伟', exact: true, level: 1 }).waitFor();
    await page.getByText(/430\*{11}\d{4}/).waitFor();
    await look(page, 'console-person');
    await tabThrough(page, 'console-person');
    ({ page: other } = await offices.unitAdmin(new URL(page.url()).pathname.replace('/console/', '')));
    await other.getByLabel('从事专业').fill('重症医学');
    await page.getByLabel('科室', { exact: true }).selectOption({ label: '药学部' });
    await page.getByLabel('从事专业').fill('');
    await save(page);
    await page.getByText('请填写 1 至 50 个字').waitFor();
    await page.getByLabel('从事专业').fill('临床药学');
    await save(page);
    await page.getByText(/^已保存/).waitFor();
    await page.getByText('药学部 · ').waitFor();
    // The other has typed another specialty meanwhile: asked which is to stand, nothing is lost.
    await save(other);
    const dialog = other.getByRole('dialog');
    await dialog.getByText('临床药学').waitFor();
    await look(other, 'console-person-conflict');
    await dialog.getByText('重症医学').click();
    await dialog.getByRole('button').last().click();
    await other.getByText(/^已保存/).waitFor();
    await page
      .getByText(/重症医学/)
      .first()
      .waitFor();
    await other.close();
  });

  test('a lost phone is replaced by the unit, which says why', async () => {
    await page.getByRole('button', { name: '更正', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const phone = dialog.getByRole('textbox', { name: '新手机号' });
    await phone.fill('1391111');
    await dialog.getByText('手机号应为 11 位数字').waitFor();
    await phone.fill('13911112222');
    await dialog.getByText('该人员的登录全部退出。').waitFor();
    await look(page, 'console-person-correction');
    await dialog.getByText('已核对证件原件，本人手机遗失或停用').click();
    await dialog.getByRole('button', { name: '确认更正' }).click();
    await page.getByText('139****2222').first().waitFor();
    await page.getByText(/更正手机号$/).waitFor();
    await look(page, 'console-person-corrected');
  });

  test('an authority finds them from their unit, and changes nothing', async () => {
    const { page: authority, refused } = await offices.authority('units?q=ylrmyy');
    await authority.getByRole('table').getByRole('link', { name: '岳麓人民医院', exact: true }).click();
    await authority.getByRole('link', { name: /^查看人员/ }).click();
    await authority.getByRole('heading', { name: '岳麓人民医院人员', exact: true }).waitFor();
    await look(authority, 'console-people-authority');
    await authority.getByLabel('搜索姓名、拼音或首字母').fill('ww');
    await authority.getByRole('table').getByRole('link', { name: '王伟', exact: true }).click();
    await authority.getByRole('heading', { name: '王伟', exact: true, level: 1 }).waitFor();
    assert.equal(await authority.getByRole('button', { name: '保存更改' }).count(), 0);
    assert.equal(await authority.getByRole('button', { name: '更正', exact: true }).count(), 0);
    await look(authority, 'console-person-authority');
    assert.deepEqual(refused, []);
    await authority.close();
  });
});
