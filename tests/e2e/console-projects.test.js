// A project's way to its approval, by two people at two computers: its unit plans and submits it, its authority sends it back and
// approves it, several at once; what changed while somebody looked at it is not judged. Then what the audit log tells of it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';

/** As the demo has them. */
const DRAFT = '儿童呼吸道感染诊疗培训班';
const RETURNED = '围手术期疼痛管理新进展研讨班';

/** @typedef {import('playwright-core').Page} Page */

describe('a project on its way to an approval', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;

  before(async () => (offices = await openOffices()));
  after(endAll);
  afterEach(nobodyComplains);

  const head = (/** @type {Page} */ page, /** @type {string} */ words) =>
    page.locator('main header').getByText(words, { exact: true }).waitFor();
  const button = (/** @type {Page} */ page, /** @type {string} */ name) =>
    page.getByRole('button', { name, exact: true });

  test('one that cannot be approved is named with why before anybody approves it, and left out', async () => {
    // Its days are gone from what it has submitted.
    await offices.sql(`create table kept as select id, after from reviews where noun = 'project' and state = 'submitted'
      order by submission limit 1; update reviews set after = jsonb_set(after, '{period}', '[]') where id in (select id from kept)`);
    const { page } = await offices.authority('projects');
    await page.getByText('3 个项目待审核').waitFor();
    const boxes = page.locator('tbody').getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await button(page, '通过所选 2 项').click();
    const dialog = page.getByRole('dialog', { name: '通过 1 个项目' });
    await dialog.getByText('以下 1 项现在不能审核，本次不作处理：').waitFor();
    await dialog.getByText(/：项目内容不完整$/).waitFor();
    await dialog.getByText('1 个单位的 1 个项目').waitFor();
    assert.equal(await dialog.getByRole('button', { name: '通过 1 个项目' }).isEnabled(), true);
    await look(page, 'console-projects-left');
    await dialog.getByRole('button', { name: '取消' }).click();
    await offices.sql(
      'update reviews set after = kept.after from kept where kept.id = reviews.id; drop table kept',
    );
    await page.close();
  });

  test('what waits is sent back together, with its numbers first and a reason', async () => {
    const { page } = await offices.authority('projects');
    await page.getByText('3 个项目待审核').waitFor();
    const boxes = page.locator('tbody').getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByText('已选 2 条，共 3 条').waitFor();
    await look(page, 'console-projects-waiting');
    await button(page, '退回所选 2 项').click();
    const dialog = page.getByRole('dialog', { name: '退回 2 个项目' });
    await dialog.getByText('1 个单位的 2 个项目').waitFor();
    await dialog.getByText(/^合计 \d+\.\d 学分、\d+\.\d 学时$/).waitFor();
    await dialog.getByText('单位可修改后重新上报。').waitFor();
    await dialog.getByRole('button', { name: '退回 2 个项目' }).click();
    await dialog.getByRole('alert').filter({ hasText: '请选择或填写理由' }).waitFor();
    await look(page, 'console-projects-verdict');
    await dialog.getByLabel('请补充日程安排').check();
    await dialog.getByRole('button', { name: '退回 2 个项目' }).click();
    await page.getByText('已退回 2 个项目').waitFor();
    await page.getByText('1 个项目待审核').waitFor();

    await page.getByText('全部项目', { exact: true }).click();
    await page.getByText('共 10 个项目').waitFor();
    await page.getByLabel('审核状态').selectOption('returned');
    await page.getByText('共 3 个项目').waitFor();
    assert.match(page.url(), /state=returned/);
    await page.getByLabel('搜索编号、名称、单位、地点或负责人').fill('血液净化');
    await page.getByText('没有符合条件的项目').waitFor();
    await button(page, '显示全部').click();
    await page.getByText('共 10 个项目').waitFor();
    await page.close();
  });

  test('a unit reads why its project was returned, and is offered no verdict', async () => {
    const { page, refused } = await offices.unitAdmin('projects');
    await page.getByText('共 10 个项目').waitFor();
    await page.getByText('审核意见：请补充日程安排').first().waitFor();
    assert.equal(await page.getByRole('button', { name: /通过|退回/ }).count(), 0);
    assert.equal(await page.locator('tbody').getByRole('checkbox').count(), 0);
    await look(page, 'console-projects-unit');
    await page.getByRole('link', { name: RETURNED }).click();
    await page
      .locator('main header')
      .getByText('审核意见 请补充第二天的日程安排，并核对讲授学时。')
      .waitFor();
    await page.getByText('上报', { exact: true }).first().waitFor();
    await look(page, 'console-project-returned');
    assert.deepEqual(refused, []);
    await page.close();
  });

  test('a draft is planned, submitted and approved; a change of it is compared, and not judged once withdrawn', async () => {
    const { page: unit } = await offices.unitAdmin('projects');
    await unit.getByRole('link', { name: DRAFT }).click();
    await unit.getByLabel('学分').fill('3.55');
    await button(unit, '保存更改').click();
    await unit.getByText('请填写大于 0 的数，至多一位小数').waitFor();
    await unit.getByLabel('学分').fill('3.5');
    const submit = button(unit, '上报');
    assert.ok(await submit.isDisabled(), 'what is not saved is not submitted');
    await unit.getByText('请先保存修改，再上报。').waitFor();
    await button(unit, '保存更改').click();
    await unit.getByText(/^已保存/).waitFor();
    await submit.click();
    await button(unit, '撤回').waitFor();
    await head(unit, '待审核');

    const { page: authority, refused } = await offices.authority('projects');
    await authority.getByRole('link', { name: DRAFT }).click();
    const approve = button(authority, '通过');
    const dialog = authority.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: '通过 1 个项目' });
    await approve.click();
    await dialog.getByText('合计 3.5 学分、9.0 学时').waitFor();
    await confirm.click();
    await head(authority, '通过');
    assert.equal(
      await authority.getByRole('button', { name: '保存更改' }).count(),
      0,
      'the plan is its unit’s',
    );

    // The unit's page hears of it by itself.
    await head(unit, '通过');
    await unit.getByLabel('学时').fill('10');
    await button(unit, '保存更改').click();
    await unit.getByRole('heading', { name: '变更内容' }).waitFor();
    await button(unit, '上报变更').click();
    await button(unit, '撤回').waitFor();
    await head(unit, '变更待审核');

    const change = authority.getByRole('table', { name: '变更内容' });
    await change.getByRole('row', { name: '学时 9.0 10.0' }).waitFor();
    await look(authority, 'console-project-change');
    await approve.click();
    await dialog.getByText('其中 1 个是对已通过项目的变更').waitFor();
    await button(unit, '撤回').click();
    await button(unit, '上报变更').waitFor();
    await confirm.click();
    await authority.getByText(/^1 项未处理。.*：内容已有新的修改/).waitFor();
    assert.deepEqual(refused, []);
    await unit.close();
    await authority.close();
  });

  test('the audit log tells who did what to which project, and is narrowed by each', async () => {
    const { page, refused } = await offices.authority('audit-log');
    const log = page.getByRole('table', { name: '操作日志，最新的在前' });
    const rows = log.locator('tbody');
    const only = (/** @type {string} */ act) => log.getByText(act, { exact: true }).first().waitFor();
    await only('撤回项目');
    await log.getByText('学分：3.0 → 3.5').waitFor();
    await look(page, 'console-audit');
    await page.getByLabel('操作', { exact: true }).selectOption({ label: '项目退回修改' });
    await page.getByText('共 2 条', { exact: true }).waitFor();
    assert.match(page.url(), /action=return_project/);
    await log.getByText('理由：请补充日程安排').first().waitFor();
    assert.deepEqual(await rows.getByText('何建国').count(), 2);
    await button(page, '清除筛选').click();

    await log
      .getByRole('button', { name: `只看与“${DRAFT}”有关的操作` })
      .first()
      .click();
    await page.getByText('共 6 条', { exact: true }).waitFor();
    await page.getByRole('button', { name: `仅看：${DRAFT}` }).waitFor();
    await log.getByRole('button', { name: '只看 何建国 的操作' }).click();
    await page.getByText('共 1 条', { exact: true }).waitFor();
    await only('项目审核通过');
    await page.reload();
    await page.getByText('共 1 条', { exact: true }).waitFor();
    await look(page, 'console-audit-narrowed');
    await page.getByLabel('查找', { exact: true }).fill('没有此人');
    await page.getByText('没有符合条件的操作').waitFor();
    await page.locator('main').getByRole('button', { name: '清除筛选' }).last().click();
    await only('登录管理端');
    assert.deepEqual(refused, []);
    await page.close();

    // A unit reads its own acts; what its authority has done is read at the project.
    const { page: unit } = await offices.unitAdmin('audit-log');
    await unit.getByRole('button', { name: '只看 周敏 的操作' }).first().waitFor();
    assert.equal(await unit.getByText('何建国').count(), 0);
    await unit.close();
  });
});
