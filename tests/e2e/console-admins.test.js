// The administrators of a unit at the console: a link is made, shown once and taken back; a second administrator comes in by another
// one, in a browser of their own; one is disabled and enabled; the authority lets the first one of a unit below in.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { authenticatorOf } from './support/authenticator.js';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';

/** @typedef {import('playwright-core').Page} Page */

const PASSWORD = 'Lushan-2026';

describe('the administrators of a unit', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {Page} */ let desk;
  /** @type {Page} */ let second;
  /** @type {ReturnType<typeof authenticatorOf>} */ let limin;
  let forbidden = /** @type {string[]} */ ([]);

  before(async () => {
    offices = await openOffices();
    ({ page: desk, refused: forbidden } = await offices.unitAdmin('admins'));
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string} */ name, on = desk) => on.getByRole('button', { name, exact: true });
  const field = (/** @type {string} */ name, on = desk) => on.getByLabel(name, { exact: true });

  /** Makes a link for this name; gives its address. @param {string} name @param {Page} on */
  async function make(name, on = desk) {
    await button('生成管理员链接', on).first().click();
    const dialog = on.getByRole('dialog');
    await dialog.getByLabel('转交给（姓名）').fill(name);
    await dialog.getByRole('button', { name: '生成管理员链接' }).click();
    await dialog.getByText(`请立即复制并转交${name}`, { exact: false }).waitFor();
    return dialog.locator('code').innerText();
  }

  /** Comes in by a link, in a browser of their own. @param {string} link @param {{ name: string, account: string, unit: string }} who @param {string} offered */
  async function comeIn(link, { name, account, unit }, offered = '管理员') {
    const page = await (await offices.browser.desktop()).newPage();
    await page.goto(link);
    await page.getByText(`为“${unit}”建立一位管理员。`, { exact: false }).waitFor();
    await field('姓名', page).fill(name);
    await field('手机号', page).fill('138 0000 4321');
    await field('账号', page).fill(account);
    await field('密码', page).fill(PASSWORD);
    await field('再次输入密码', page).fill(PASSWORD);
    await button('下一步', page).click();
    await page.getByRole('img', { name: '身份验证器的二维码' }).waitFor();
    const authenticator = authenticatorOf(await page.locator('.hand code').innerText());
    await field('动态验证码', page).fill(authenticator.code());
    await button('建立账号并登录', page).click();
    await page.locator('nav[aria-label="主导航"]').getByRole('link', { name: offered }).waitFor();
    return { page, authenticator };
  }

  test('a link is shown once, with its end, and can be taken back', async () => {
    await desk.getByRole('table', { name: '岳麓人民医院的管理员' }).waitFor();
    await tabThrough(desk, 'console-admins');
    await look(desk, 'console-admins');
    await button('生成管理员链接').click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('转交给（姓名）').fill('13800001234');
    await dialog.getByRole('button', { name: '生成管理员链接' }).click();
    await dialog.getByText('请填写 2 至 50 个字的姓名，不含数字').waitFor();
    await look(desk, 'console-admins-invite');
    await dialog.getByRole('button', { name: '取消' }).click();
    await dialog.waitFor({ state: 'detached' });

    const link = await make('王强');
    assert.match(link, /\/console\/start#[\w-]{43}$/);
    await look(desk, 'console-admins-made');
    await button('已转交，关闭').click();
    await dialog.waitFor({ state: 'detached' });
    await desk.getByText('给王强', { exact: true }).waitFor();
    assert.ok(!(await desk.content()).includes(link.split('#')[1] ?? 'none'), 'it is not shown again');
    await look(desk, 'console-admins-links');
    await button('撤回 给王强').click();
    await dialog.getByRole('button', { name: '撤回', exact: true }).click();
    await desk.getByText('给王强', { exact: true }).waitFor({ state: 'detached' });
    const late = await (await offices.browser.desktop()).newPage();
    await late.goto(link);
    await late.getByRole('alert').filter({ hasText: '管理员链接已使用或已失效' }).waitFor();
    await late.close();
  });

  test('a second administrator comes in, and is out at once when the first one disables the account', async () => {
    const link = await make('李敏');
    await button('已转交，关闭').click();
    ({ page: second, authenticator: limin } = await comeIn(link, {
      name: '李敏',
      account: 'yuelu-limin',
      unit: '岳麓人民医院',
    }));
    await second.goto(`${offices.server.url}/console/admins`);
    await second.getByRole('table').getByText('yuelu-limin').waitFor();
    await desk.reload();
    await button('停用 李敏').click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('岗位调整').check();
    await look(desk, 'console-admins-disable');
    await dialog.getByRole('button', { name: '停用', exact: true }).click();
    await desk.getByText('已停用').waitFor();
    await look(desk, 'console-admins-disabled');
    await second.reload();
    await second.getByRole('heading', { name: '管理员登录' }).waitFor();
    await button('启用 李敏').click();
    await dialog.getByRole('button', { name: '启用', exact: true }).click();
    await desk.getByText('已停用').waitFor({ state: 'detached' });
    await second.close();
    await desk.goto(`${offices.server.url}/console/audit-log`);
    for (const act of ['停用管理员账号', '启用管理员账号', '生成管理员链接', '撤回管理员链接'])
      await desk.getByRole('table').getByText(act).first().waitFor();
    assert.deepEqual(forbidden, []);
  });

  test('a lost password is given anew, opens its own change alone, and sessions are ended', async () => {
    await desk.goto(`${offices.server.url}/console/admins`);
    await button('重置 李敏').click();
    const dialog = desk.getByRole('dialog');
    await look(desk, 'console-admins-reset');
    await tabThrough(desk, 'console-admins-reset', { whole: '.el-dialog' });
    await dialog.getByRole('button', { name: '生成临时密码' }).click();
    await dialog.getByText('请立即告知李敏本人', { exact: false }).waitFor();
    const given = await dialog.locator('code').innerText();
    assert.match(given, /^[A-Za-z2-9]{4}-[A-Za-z2-9]{4}-[A-Za-z2-9]{4}$/);
    await look(desk, 'console-admins-given');
    await button('已转交，关闭').click();

    const page = await (await offices.browser.desktop()).newPage();
    await page.goto(`${offices.server.url}/console/admins`);
    await field('账号', page).fill('yuelu-limin');
    await field('密码', page).fill(given);
    await button('登录', page).click();
    await field('验证码', page).fill(limin.code());
    await button('登录', page).click();
    await page.getByText('请先设置本人的密码').waitFor();
    await page.goto(`${offices.server.url}/console/projects`);
    await page.getByText('请先设置本人的密码').waitFor();
    await look(page, 'console-account-given');
    await field('现在的密码', page).fill('wrong horse');
    await field('新密码', page).fill('abcdefghij');
    await button('修改密码', page).click();
    await page.getByText('密码至少 10 位', { exact: false }).first().waitFor();
    await field('新密码', page).fill('Hengshan-2026');
    await field('再次输入新密码', page).fill('Hengshan-2026');
    await button('修改密码', page).click();
    await page.getByText('请核对该账号现在的密码后重新输入。').waitFor();
    await field('现在的密码', page).fill(given);
    await button('修改密码', page).click();
    await page.getByRole('heading', { name: '项目', level: 1 }).waitFor();

    await page.getByRole('link', { name: '我的账号' }).click();
    await page.getByText('本次登录', { exact: true }).waitFor();
    await tabThrough(page, 'console-account');
    await look(page, 'console-account');
    await page.close();
  });

  test('a lost second step is set anew by a link, with the password', async () => {
    await desk.goto(`${offices.server.url}/console/admins`);
    await button('重置 李敏').click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('第二道验证（手机或身份验证器）', { exact: false }).check();
    await dialog.getByRole('button', { name: '生成重设链接' }).click();
    await dialog.getByText('请立即复制并转交李敏', { exact: false }).waitFor();
    const link = await dialog.locator('code').innerText();
    await button('已转交，关闭').click();
    const page = await (await offices.browser.desktop()).newPage();
    await page.goto(link);
    await page.getByText('重新设置登录时的第二道验证', { exact: false }).waitFor();
    await look(page, 'console-start-reset');
    await field('手机号', page).fill('138 0000 9876');
    await field('密码', page).fill('wrong horse');
    await button('下一步', page).click();
    await page.getByRole('img', { name: '身份验证器的二维码' }).waitFor();
    const authenticator = authenticatorOf(await page.locator('.hand code').innerText());
    await field('动态验证码', page).fill(authenticator.code());
    await button('重新设置并登录', page).click();
    await page.getByText('请核对该账号现在的密码后重新输入。').waitFor();
    await field('密码', page).fill('Hengshan-2026');
    await button('下一步', page).click();
    await field('动态验证码', page).fill(authenticator.code());
    await button('重新设置并登录', page).click();
    await page.locator('nav[aria-label="主导航"]').getByRole('link', { name: '管理员' }).waitFor();
    await page.close();
  });

  test('a sub-account is offered what its rights hold, and more once they are changed', async () => {
    await desk.goto(`${offices.server.url}/console/admins`);
    await button('生成管理员链接').first().click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('转交给（姓名）').fill('赵会务');
    await dialog.getByLabel('子账号：仅限所选权限').check();
    await dialog.getByRole('button', { name: '生成管理员链接' }).click();
    await dialog.getByText('请至少选择一项权限').waitFor();
    await dialog.getByLabel('会务签到', { exact: false }).check();
    await look(desk, 'console-admins-rights');
    await dialog.getByRole('button', { name: '生成管理员链接' }).click();
    await dialog.getByText('请立即复制并转交赵会务', { exact: false }).waitFor();
    const link = await dialog.locator('code').innerText();
    await button('已转交，关闭').click();
    const { page } = await comeIn(
      link,
      { name: '赵会务', account: 'yuelu-desk', unit: '岳麓人民医院' },
      '今日课程',
    );
    const rail = () => page.locator('nav[aria-label="主导航"] a').allInnerTexts();
    assert.deepEqual(await rail(), ['今日课程']);
    await page.goto(`${offices.server.url}/console/admins`);
    await page.getByRole('heading', { name: '本账号不能使用此功能' }).waitFor();
    await desk.reload();
    await button('权限 赵会务').click();
    await dialog.getByText('现有权限：会务签到').waitFor();
    await dialog.getByLabel('人员管理', { exact: false }).check();
    await dialog.getByRole('button', { name: '保存' }).click();
    await desk.getByRole('table').getByText('人员管理、会务签到').waitFor();
    await page.goto(`${offices.server.url}/console/`);
    await page.locator('nav[aria-label="主导航"]').getByRole('link', { name: '人员注册' }).waitFor();
    await page.close();
  });

  test('the authority lets the first administrator of a unit below in, and no unit beside', async () => {
    const clinic = await offices.sql(`select id from units where name = '橘洲街道社区卫生服务中心'`);
    const { page, refused } = await offices.authority(`units/${clinic}/admins`);
    await page.getByRole('heading', { name: '该单位还没有管理员' }).waitFor();
    await look(page, 'console-admins-none');
    const link = await make('陈静', page);
    await button('已转交，关闭', page).click();
    const joined = await comeIn(link, {
      name: '陈静',
      account: 'juzhou-jing',
      unit: '橘洲街道社区卫生服务中心',
    });
    await joined.page.close();
    assert.deepEqual(refused, []);
    await page.close();
    await desk.goto(`${offices.server.url}/console/units/${clinic}/admins`);
    await desk.getByRole('heading', { name: '页面不存在' }).waitFor();
  });

  test('a search of a long log goes on by itself, from the newest acts to the oldest', async () => {
    await offices.sql(`insert into units (parent_id, kind, name)
      select id, 'unit', '第' || n || '卫生室' from units, generate_series(1, 600) n where name = '岳麓区'`);
    await offices.sql(`insert into audit_log (at, account_id, unit_id, action, noun, noun_id, detail)
      select now() - interval '1 s' * (25000 - n), id, unit_id, 'count_heads', 'course', ${offices.server.demo.courses[0]?.id},
        case when n = 1 then '{"reason": "停电"}' else '{"reason": "清点"}' end::jsonb
      from accounts, generate_series(1, 25000) n where account = '${offices.server.welcome.account}'`);
    const { page, refused } = await offices.authority('audit-log?q=停电');
    await page.getByText('共 1 条').waitFor();
    await page.getByRole('table').getByText('理由：停电').waitFor();
    assert.equal(await page.getByRole('button', { name: '继续查找更早的操作' }).count(), 0);
    assert.deepEqual(refused, []);
    await page.close();
  });
});
