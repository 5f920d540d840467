// Units from a file, in the browser: thirty of them, two rows wrong, told under their numbers, given back in the own workbook, the
// good ones imported, the others put right and sent again; links for their first admins; the list as a file.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { idNumber } from './support/id-number.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { readXlsx } from './support/sheet.js';

/** @typedef {import('playwright-core').Page} Page */

const UNITS = 30;

/** A file as an office has it. @param {boolean} right whether the two rows are put right */
function file(right) {
  const rows = Array.from({ length: UNITS }, (_, n) => {
    const name = !right && n === 6 ? '院' : `岳麓第${n + 1}卫生服务站`;
    const grade = !right && n === 20 ? '特级' : '乡镇';
    return `${n + 1},${name},岳麓区,${grade},周敏`;
  });
  return Buffer.from(['2025 年单位联系表', '', '序号,单位,行政区划,级别,联系人', ...rows, ''].join('\r\n'));
}

describe('units from a file', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;

  before(async () => {
    offices = await openOffices({ people: 40 });
    ({ page } = await offices.authority('units'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name, exact: true });
  const choose = (/** @type {Buffer} */ buffer, mimeType = 'text/csv') =>
    page.locator('input[type=file]').setInputFiles({ name: '单位联系表.csv', mimeType, buffer });
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { name, exact: true }).waitFor();
  const figure = async (/** @type {string} */ name) =>
    (await page.locator('dl > div', { hasText: name }).locator('dd').textContent())?.trim();

  async function downloaded(/** @type {() => Promise<void>} */ act) {
    const [download] = await Promise.all([page.waitForEvent('download'), act()]);
    return { name: download.suggestedFilename(), ...(await readXlsx(await download.path())) };
  }

  test('two rows are wrong: they are told by their numbers, and the others are imported', async () => {
    await button('导入').click();
    await heading('导入单位');
    await look(page, 'console-import');
    const template = await downloaded(() => button('下载模板').click());
    assert.match(template.name, /^单位导入模板_/);
    assert.ok(template.texts.includes('单位名称*'));

    await choose(file(false));
    await heading('检查结果');
    assert.deepEqual([await figure('将新增'), await figure('有误')], ['28', '2']);
    const faults = page.getByRole('table');
    await faults.getByText('第 10 行').waitFor();
    await faults.getByText('单位名称须为 2 至 100 个字').waitFor();
    await faults.getByText('第 24 行').waitFor();
    await look(page, 'console-import-faults');
    await tabThrough(page, 'console-import-faults');
    const marked = await downloaded(() => button('下载标注后的文件').click());
    for (const text of ['2025 年单位联系表', '检查结果', '单位名称须为 2 至 100 个字', '院'])
      assert.ok(marked.texts.includes(text), text);

    // A reload goes on with it: it is in the address.
    await page.reload();
    await heading('检查结果');
    await button('只导入无误的 28 行').click();
    await heading('已导入');
    assert.deepEqual([await figure('已新增'), await figure('有误，未导入')], ['28', '2']);
  });

  test('put right and sent again, the two are added and nothing twice; their links stand in one file', async () => {
    await choose(file(true));
    await heading('检查结果');
    assert.deepEqual(
      [await figure('将新增'), await figure('无变化'), await figure('有误')],
      ['2', '28', '0'],
    );
    await button('全部导入（2 行）').click();
    await heading('已导入');
    const links = await downloaded(() => button('生成并下载链接').click());
    assert.equal(links.texts.filter((text) => text.includes('/console/start#')).length, 2);
    await page.getByText('链接已生成，见下载的文件。').waitFor();
    await look(page, 'console-import-written');
    await button('生成并下载链接').click();
    await page.getByText('没有需要链接的单位').waitFor();

    await page.getByRole('link', { name: '返回单位列表' }).click();
    await page.getByLabel('名称、曾用名、别名、拼音或首字母').fill('卫生服务站');
    await page.getByText(`共 ${UNITS} 个单位`, { exact: true }).waitFor();
    const list = await downloaded(() => button('导出').click());
    assert.equal(list.rows, 1 + UNITS);
    assert.ok(list.texts.includes('岳麓第7卫生服务站'));
    await page.getByText(/^已导出：单位_/).waitFor();
  });

  test('what is no list of units is refused with what to do', async () => {
    await button('导入').click();
    await choose(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'application/vnd.ms-excel');
    await page.getByText('旧版 .xls 格式或带密码的文件无法读取').waitFor();
    await choose(Buffer.from('姓名,证件号码\n王伟,1\n'));
    await page.getByText('不是所需的表格').waitFor();
    await look(page, 'console-import-refused');
  });
});

const PEOPLE = 12;

/** A list of people as a hospital has it. @param {boolean} right whether the two rows are put right */
function list(right) {
  const rows = Array.from({ length: PEOPLE }, (_, n) => {
    const number = !right && n === 2 ? idNumber(n).slice(0, 15) : idNumber(n);
    const department = !right && n === 5 ? '骨科' : '护理部';
    return `${n + 1},章小${'一二三四五六七八九十百千'[n]},${number},1358000${String(n).padStart(4, '0')},${department},主管护师,护理学`;
  });
  return Buffer.from(
    ['2026 年人员信息采集表', '', '序号,姓名,身份证号,联系电话,科室,职称,专业', ...rows, ''].join('\r\n'),
  );
}

describe('people from a file', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let page;

  before(async () => {
    offices = await openOffices({ people: 10 });
    ({ page } = await offices.unitAdmin('people'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name, exact: true });
  const choose = (/** @type {Buffer} */ buffer) =>
    page.locator('input[type=file]').setInputFiles({ name: '人员名单.csv', mimeType: 'text/csv', buffer });
  const heading = (/** @type {string} */ name) => page.getByRole('heading', { name, exact: true }).waitFor();
  const figure = async (/** @type {string} */ name) =>
    (await page.locator('dl > div', { hasText: name }).locator('dd').textContent())?.trim();

  test('two rows are wrong, marked in the own list, put right there, and the list of people shows all', async () => {
    await button('从文件导入').click();
    await heading('导入人员');
    await look(page, 'console-import-people');
    await choose(list(false));
    await heading('检查结果');
    assert.deepEqual([await figure('将新增'), await figure('有误')], [String(PEOPLE - 2), '2']);
    const faults = page.getByRole('table');
    await faults.getByText('第 6 行').waitFor();
    await faults.getByText('居民身份证号码须为 18 位，且与校验位相符；其他证件请填写证件类型').waitFor();
    await faults.getByText('该单位没有这个科室，请先在单位页面添加，或更正科室名称').waitFor();
    await look(page, 'console-import-people-faults');
    await tabThrough(page, 'console-import-people-faults');
    const [download] = await Promise.all([page.waitForEvent('download'), button('下载标注后的文件').click()]);
    assert.match(download.suggestedFilename(), /^人员导入检查结果_/);
    const marked = await readXlsx(await download.path());
    for (const text of ['2026 年人员信息采集表', '检查结果', '骨科', idNumber(2).slice(0, 15)])
      assert.ok(marked.texts.includes(text), text);

    await button(`只导入无误的 ${PEOPLE - 2} 行`).click();
    await heading('已导入');
    await choose(list(true));
    await heading('检查结果');
    assert.deepEqual([await figure('将新增'), await figure('无变化')], ['2', String(PEOPLE - 2)]);
    await button('全部导入（2 行）').click();
    await heading('已导入');
    await page.getByText('请告知导入的人员').waitFor();
    await look(page, 'console-import-people-written');

    await page.getByRole('link', { name: '返回人员列表' }).click();
    await page.getByLabel('搜索姓名、拼音或首字母').fill('章小');
    await page.getByText(`共 ${PEOPLE} 人`, { exact: true }).waitFor();
    await page.getByRole('link', { name: '章小三', exact: true }).waitFor();
  });

  test('an authority imports into its units, each named by its row', async () => {
    const { page: above } = await offices.authority('people/import');
    await above.getByRole('heading', { name: '导入人员', exact: true }).waitFor();
    const rows = `姓名,身份证号,手机,单位,职称,专业\r\n郭小一,${idNumber(21)},13590000001,浏河县妇幼保健院,主治医师,妇产科\r\n`;
    await above
      .locator('input[type=file]')
      .setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await above.getByRole('button', { name: '全部导入（1 行）', exact: true }).click();
    await above.getByRole('heading', { name: '已导入', exact: true }).waitFor();
  });
});
