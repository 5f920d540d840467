// A person's state: the unit applies for a leave, the authority sends it back and then approves it; a cancellation is approved on the
// row of the list, and the person's phone is told. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

describe('states of people', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** The unit's. @type {Page} */ let unit;
  /** @type {Page} */ let authority;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page: unit } = await offices.unitAdmin('people'));
    ({ page: authority } = await offices.authority('units'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('button', { name, exact: true });
  const dialogOf = (/** @type {Page} */ on) => on.getByRole('dialog');
  /** @param {string} name */
  async function openPerson(name) {
    await unit.goto(`${offices.server.url}/console/people`);
    await unit.getByLabel('搜索姓名、拼音或首字母').fill(name);
    await unit.waitForURL(/q=/);
    await unit.getByRole('table').getByRole('link', { name, exact: true }).click();
    await unit.getByRole('heading', { name: '人员状态', exact: true }).waitFor();
  }

  test('the unit applies for a leave, which needs its last day and a reason', async () => {
    await openPerson('王伟');
    await unit.getByText('暂无状态变更').waitFor();
    await button(unit, '申请变更状态').click();
    const dialog = dialogOf(unit);
    await dialog.getByLabel('变更为', { exact: true }).selectOption('maternity');
    await dialog.getByText('产假须填写截止日期').waitFor();
    assert.equal(await button(unit, '提交审核').isDisabled(), true);
    const from = await dialog.getByLabel('起始日期', { exact: true }).inputValue();
    await dialog.getByLabel('截止日期', { exact: true }).fill('2026-01-01');
    await dialog.getByLabel('截止日期', { exact: true }).blur();
    await dialog.getByText('截止日期不能早于起始日期').waitFor();
    const to = new Date(Date.parse(from) + 98 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('截止日期', { exact: true }).fill(to);
    await dialog.getByLabel('截止日期', { exact: true }).blur();
    await dialog.getByLabel('本人申请，材料已核对').check();
    await look(unit, 'console-person-state-apply');
    await button(unit, '提交审核').click();
    await unit.getByText('待审核', { exact: true }).first().waitFor();
    await button(unit, '撤回申请').waitFor();
    await look(unit, 'console-person-state-waits');
    await tabThrough(unit, 'console-person-state-waits');
  });

  test('the authority sends it back, and approves it once it was put right', async () => {
    await authority.reload();
    await authority.getByRole('link', { name: '人员状态变更（1 项待审核）' }).click();
    await authority.getByRole('heading', { name: '人员状态变更', exact: true }).waitFor();
    await authority.getByText('本人申请，材料已核对').waitFor();
    await look(authority, 'console-state-changes');
    await tabThrough(authority, 'console-state-changes');
    await button(authority, '退回王伟的状态变更').click();
    await dialogOf(authority).getByLabel('请核对起止日期').check();
    await look(authority, 'console-state-return');
    await dialogOf(authority).getByRole('button', { name: '退回王伟的状态变更', exact: true }).click();
    await authority.getByText('已退回王伟的状态变更。').waitFor();
    await authority.getByText('暂无待审核的状态变更').waitFor();

    await unit.getByText('审核意见：请核对起止日期').waitFor();
    await button(unit, '修改后重新提交').click();
    // What was sent back stands in the form.
    assert.equal(await dialogOf(unit).getByLabel('变更为', { exact: true }).inputValue(), 'maternity');
    await dialogOf(unit).getByLabel('本人申请，材料已核对').check();
    await button(unit, '提交审核').click();
    await unit.getByText('待审核', { exact: true }).first().waitFor();

    await authority.reload();
    await authority.getByRole('table').getByRole('link', { name: '王伟', exact: true }).click();
    await button(authority, '通过').click();
    await dialogOf(authority).getByText('产假', { exact: false }).first().waitFor();
    await look(authority, 'console-state-approve');
    await dialogOf(authority).getByRole('button', { name: '通过王伟的状态变更', exact: true }).click();
    await authority.getByText(/审核通过$/).waitFor();
    await look(authority, 'console-person-state-approved');
    await unit.getByText(/审核通过$/).waitFor();
    await unit.getByText('产假', { exact: true }).first().waitFor();
    await unit.goto(`${offices.server.url}/console/people?state=maternity`);
    await unit.getByRole('table').getByRole('link', { name: '王伟', exact: true }).waitFor();
    await look(unit, 'console-people-maternity');
  });

  test('who is cancelled is offered nothing but to be normal again', async () => {
    await openPerson('李伟');
    await button(unit, '申请变更状态').click();
    await dialogOf(unit).getByLabel('变更为', { exact: true }).selectOption('cancelled');
    assert.equal(await dialogOf(unit).getByLabel('截止日期', { exact: true }).count(), 0);
    await dialogOf(unit).getByLabel('已离职或退休').check();
    await button(unit, '提交审核').click();
    await button(unit, '撤回申请').waitFor();
    await authority.goto(`${offices.server.url}/console/people/state-changes`);
    await button(authority, '通过李伟的状态变更').click();
    await dialogOf(authority)
      .getByText(/不能登录和签到/)
      .waitFor();
    await dialogOf(authority).getByRole('button', { name: '通过李伟的状态变更', exact: true }).click();
    await authority.getByText('已通过李伟的状态变更。').waitFor();
    await unit.getByText('已注销', { exact: true }).first().waitFor();
    await button(unit, '申请变更状态').click();
    await dialogOf(unit).getByLabel('变更为', { exact: true }).waitFor();
    const texts = await unit
      .locator('.el-dialog option')
      .evaluateAll((all) => all.map(({ textContent }) => textContent));
    assert.deepEqual(texts, ['正常']);
  });

  test('several are judged together: how many first, and who is left, with why', async () => {
    // Three wait; one of their people is changed while the authority looks at the list.
    await offices.sql(`insert into reviews (noun, noun_id, after)
      select 'person_state', id, '{"state":"exempt","from":"2026-01-01","to":null,"reason":"外出进修"}' from people
      where not exists (select from reviews where noun = 'person_state' and noun_id = people.id) order by id limit 3;
      update reviews set state = 'submitted', level = 1 where noun = 'person_state' and state = 'draft'`);
    await authority.goto(`${offices.server.url}/console/people/state-changes`);
    await authority.getByText('3 项待审核').waitFor();
    await authority.getByLabel('选中本页全部 3 条').check();
    await look(authority, 'console-states-chosen');
    await tabThrough(authority, 'console-states-chosen');
    await offices.sql(`update people set version = version + 1 where id = (
      select max(noun_id) from reviews where noun = 'person_state' and state = 'submitted')`);
    await button(authority, '通过 3 项状态变更').click();
    await dialogOf(authority).getByText('以下 1 项现在不能审核，本次不作处理：').waitFor();
    await dialogOf(authority)
      .getByText(/个单位的 2 项状态变更$/)
      .waitFor();
    await look(authority, 'console-states-several');
    await dialogOf(authority).getByRole('button', { name: '通过 2 项状态变更', exact: true }).click();
    await authority.getByText('已通过 2 项状态变更。').waitFor();
    await authority.getByText(/^1 项未处理。/).waitFor();
    await look(authority, 'console-states-left');
  });
});
