// Notices: an authority sends a change of state back, the admin who has submitted it and the person are told; and a message of which
// it is not known whether it was sent is sent again by hand. In three widths, light and dark, and by the keyboard.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { logInByPassword, openOn, says } from './support/phone.js';

/** @typedef {import('playwright-core').Page} Page */

describe('notices', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** The unit's. @type {Page} */ let unit;
  /** @type {Page} */ let authority;
  /** @type {Page} */ let phone;

  before(async () => {
    offices = await openOffices({ people: 8 });
    ({ page: unit } = await offices.unitAdmin('notices'));
    ({ page: authority } = await offices.authority('people/state-changes'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {Page} */ on, /** @type {string} */ name) =>
    on.getByRole('button', { name, exact: true });
  const dialogOf = (/** @type {Page} */ on) => on.getByRole('dialog');

  test('an inbox without notices says what comes there', async () => {
    await unit.getByRole('heading', { name: '消息', exact: true, level: 1 }).waitFor();
    await unit.getByText('暂无消息').waitFor();
    await look(unit, 'console-notices-none');
  });

  test('a verdict is told to who has submitted the change, opens the person, and is read then', async () => {
    await unit.goto(`${offices.server.url}/console/people?q=${encodeURIComponent('王伟')}`);
    await unit.getByRole('table').getByRole('link', { name: '王伟', exact: true }).click();
    await button(unit, '申请变更状态').click();
    await dialogOf(unit).getByLabel('变更为', { exact: true }).selectOption('exempt');
    await dialogOf(unit).getByLabel('本人申请，材料已核对').check();
    await button(unit, '提交审核').click();
    await button(unit, '撤回申请').waitFor();
    await authority.reload();
    await button(authority, '退回王伟的状态变更').click();
    await dialogOf(authority).getByLabel('请核对起止日期').check();
    await dialogOf(authority).getByRole('button', { name: '退回王伟的状态变更', exact: true }).click();
    await authority.getByText('已退回王伟的状态变更。').waitFor();

    await unit.getByRole('link', { name: '单位与科室' }).click();
    await unit.getByRole('link', { name: '消息 1 条未读' }).click();
    await unit.getByRole('heading', { name: /^王伟的状态变更已退回修改/ }).waitFor();
    await unit.getByText('请核对起止日期', { exact: false }).waitFor();
    await look(unit, 'console-notices');
    await tabThrough(unit, 'console-notices');
    await button(unit, '查看 王伟的状态变更已退回修改').click();
    await unit.getByRole('heading', { name: '王伟', exact: true, level: 1 }).waitFor();
    await unit.getByRole('link', { name: '消息', exact: true }).click();
    await unit.getByText('标为已读').waitFor({ state: 'detached' });
    await unit.getByText('未读', { exact: true }).first().click();
    await unit.getByText('没有未读消息').waitFor();
  });

  test('the person reads it on the phone, and chooses how they are told', async () => {
    const who = offices.server.welcome.people[0];
    assert.ok(who);
    phone = await openOn(await offices.browser.phone(), `${offices.server.url}/login`);
    await logInByPassword(phone, who);
    await says(phone, '会场签到');
    await phone.getByText('1 条未读').waitFor();
    await look(phone, 'phone-home-notices-unread');
    await phone.getByRole('link', { name: /消息/ }).click();
    await says(phone, '消息');
    await phone.getByText('人员状态变更已退回修改').waitFor();
    await phone.getByText('请核对起止日期', { exact: false }).waitFor();
    await phone.getByLabel('同时以短信通知我').waitFor();
    await look(phone, 'phone-notices');
    await phone.getByLabel('开始').selectOption('21:00');
    await phone.getByText('已保存').waitFor();
    await phone.getByLabel('同时以短信通知我').uncheck();
    await phone.getByLabel('开始').waitFor({ state: 'detached' });
    await phone.reload();
    await phone.getByLabel('同时以短信通知我').waitFor();
    assert.equal(await phone.getByLabel('同时以短信通知我').isChecked(), false);
    await phone.goBack();
    await says(phone, '会场签到');
    await phone.getByText('1 条未读').waitFor({ state: 'detached' });
  });

  test('a message that may have been sent is sent again by hand, once it is known what that may do', async () => {
    await unit.goto(`${offices.server.url}/console/notices/deliveries`);
    await unit.getByText('没有需要处理的短信').waitFor();
    await offices.sql(`with told as (
        insert into notices (kind, person_id, unit_id, noun, noun_id, parameters, at)
        select 'person_kept', id, unit_id, 'person', id, '{"unit": "演示"}', now() from people where name = '王伟' returning id
      )
      insert into notice_deliveries (notice_id, channel, template, state, due_at, calls, begun_at, answer)
      select id, 'sms', 'transfer', 'unknown', now(), 1, now() - interval '5 minutes', 'timeout' from told`);
    await unit.reload();
    await unit.getByText('短信服务未及时响应').waitFor();
    await look(unit, 'console-deliveries');
    await tabThrough(unit, 'console-deliveries');
    await button(unit, '重新发送 王伟 您的调出已取消').click();
    await dialogOf(unit).getByText('再次发送可能重复', { exact: false }).waitFor();
    await look(unit, 'console-delivery-again');
    await dialogOf(unit).getByRole('button', { name: '重新发送', exact: true }).click();
    await unit.getByText('已重新安排发送，结果稍后显示。').waitFor();
    await unit.getByText('没有需要处理的短信').waitFor();
    await unit.goto(`${offices.server.url}/console/audit-log`);
    await unit.getByRole('table').getByText('重新发送短信', { exact: true }).first().waitFor();
  });
});
