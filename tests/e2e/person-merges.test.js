// Somebody who is registered twice: the authority finds the other registration, is told what a merge does, merges the two, and undoes it
// again. In three widths, light and dark, and by the keyboard.

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

describe('merging people', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** Of the unit of both. @type {Page} */ let own;
  /** Above it. @type {Page} */ let authority;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page: own } = await offices.unitAdmin('people'));
    ({ page: authority } = await offices.authority('units'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('button', { name, exact: true });

  test('a unit has somebody twice, by an ID card and by a passport', async () => {
    await button(own, '从文件导入').click();
    const rows = [
      '姓名,证件类型,证件号码,手机号码,职称,从事专业',
      `${NAME},居民身份证,${NUMBER},13512345678,主治医师,心血管内科`,
      `${NAME},护照,E12345678,13512345679,主治医师,心血管内科`,
    ];
    await own.locator('input[type=file]').setInputFiles({
      name: '名单.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${rows.join('\r\n')}\r\n`),
    });
    await button(own, '全部导入（2 行）').click();
    await own.getByRole('heading', { name: '已导入', exact: true }).waitFor();
    await own.goto(`${offices.server.url}/console/people?q=${encodeURIComponent(NAME)}`);
    await own
      .getByRole('row')
      .filter({ hasText: '护照' })
      .getByRole('link', { name: NAME, exact: true })
      .click();
    await own.getByRole('heading', { name: '调动', exact: true }).waitFor();
    // It is the authority's: the other may be of another unit.
    assert.equal(await own.getByRole('heading', { name: '合并记录', exact: true }).count(), 0);
  });

  test('the authority finds who is called the same, is told what it does, and merges', async () => {
    await authority.goto(own.url());
    await authority.getByText('未办理过合并。').waitFor();
    await button(authority, '合并到其他人员').click();
    const dialog = authority.getByRole('dialog');
    await dialog.getByRole('radio', { name: /居民身份证 431\*+9871/ }).check();
    await dialog.getByText('0 条签到记录归保留的人员', { exact: false }).waitFor();
    await dialog.getByText('改用 135****5679', { exact: false }).click();
    await dialog.getByLabel('同一人重复注册，已核对证件原件').check();
    await look(authority, 'console-merge-person');
    await button(authority, '合并').click();
    await authority.getByText('该人员已合并，不能登录、签到或修改', { exact: false }).waitFor();
    await look(authority, 'console-person-merged');
    await tabThrough(authority, 'console-person-merged');
    await authority.getByRole('link', { name: '查看合并后保留的人员', exact: true }).click();
    await authority.getByText('合并到本人员', { exact: false }).waitFor();
    await authority.getByText('135****5679', { exact: false }).first().waitFor();
    await look(authority, 'console-person-with-merge');
  });

  test('the unit lists one of the two, and sees that the other was merged', async () => {
    await own.reload();
    await own.getByText('该人员已合并，不能登录、签到或修改', { exact: false }).waitFor();
    await own.goto(`${offices.server.url}/console/people?q=${encodeURIComponent(NAME)}`);
    await own.getByRole('row').filter({ hasText: '431***********9871' }).waitFor();
    assert.equal(await own.getByRole('row').filter({ hasText: '护照' }).count(), 0);
  });

  test('the authority undoes it, and both are two again', async () => {
    await button(authority, `撤销合并（${NAME}）`).click();
    await authority.getByRole('dialog').getByLabel('核对后确认为两人').check();
    await look(authority, 'console-merge-undo');
    await button(authority, '撤销合并').last().click();
    await authority.getByText('已撤销', { exact: true }).waitFor();
    await own.reload();
    await own.getByRole('row').filter({ hasText: '护照' }).waitFor();
  });
});
