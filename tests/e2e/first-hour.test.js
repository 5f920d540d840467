// The first hour in a browser: an empty server, the link in its file, the authority and its first administrator, the checks, and a
// login with two steps. Then a stranger, a second opener of the link, and a second administrator.

import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { authenticatorOf } from './support/authenticator.js';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { startEmptyServer } from './support/server.js';

const PASSWORD = 'Chufang-2026';

describe('the first hour', () => {
  /** @type {Awaited<ReturnType<typeof startEmptyServer>>} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {ReturnType<typeof authenticatorOf>} */ let authenticator;
  let link = '';

  before(async () => {
    server = await startEmptyServer();
    browser = await openBrowser();
    page = await (await browser.desktop()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string} */ name, on = page) => on.getByRole('button', { name, exact: true });
  const field = (/** @type {string} */ name, on = page) => on.getByLabel(name, { exact: true });

  async function linkOfFile() {
    const file = join(server.dataDir, 'admin-link.txt');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    return (await readFile(file, 'utf8')).split('\n')[0] ?? '';
  }

  /** @param {import('playwright-core').Page} on @param {{ name: string, account: string }} admin */
  async function fillAdmin(on, { name, account }) {
    await field('姓名', on).fill(name);
    await field('手机号', on).fill('138 0000 1234');
    await field('账号', on).fill(account);
    await field('密码', on).fill(PASSWORD);
    await field('再次输入密码', on).fill(PASSWORD);
    await button('下一步', on).click();
  }

  /** @param {import('playwright-core').Page} on */
  async function secretOn(on) {
    await on.getByRole('img', { name: '身份验证器的二维码' }).waitFor();
    return (await on.locator('.hand code').innerText()).replace(/\s/g, '');
  }

  test('the link is in a file of its user’s alone and in no line of the log', async () => {
    if (!server.log.lines.some(({ file }) => file)) await server.log.next(({ file }) => Boolean(file));
    link = await linkOfFile();
    const [address, token = ''] = link.split('#');
    assert.equal(address, `${server.url}/console/start`);
    assert.match(token, /^[\w-]{43}$/);
    assert.ok(server.log.lines.every(({ text }) => !text.includes(token)));
  });

  test('a stranger without the link is told where it is', async () => {
    await page.goto(`${server.url}/console/start`);
    await page.getByRole('heading', { name: '未带有管理员链接' }).waitFor();
    await look(page, 'console-start-no_link');
    await page.goto(`${server.url}/console/start#${'A'.repeat(43)}`);
    await page.getByRole('alert').filter({ hasText: '管理员链接无效' }).waitFor();
    await look(page, 'console-start-wrong');
    await page.goto(`${server.url}/console/`);
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
  });

  test('the authority and its first administrator are entered, each field with its fault', async () => {
    await page.goto(link);
    // The first opening has reached the server before the second is made.
    await field('行政部门名称').waitFor();
    await page.reload();
    await field('行政部门名称').waitFor();
    assert.equal(new URL(page.url()).hash, '', 'the token has left the address');
    await page.getByRole('status').filter({ hasText: '此前已打开 1 次' }).waitFor();
    await look(page, 'console-start-opened_before');
    await button('下一步').click();
    for (const fault of [
      '请填写 2 至 100 个字的行政部门名称',
      '请选择管辖区划',
      '请填写 2 至 50 个字的姓名，不含数字',
      '请填写 11 位手机号',
    ])
      await page.getByText(fault, { exact: true }).waitFor();
    await look(page, 'console-start-faults');
    await field('行政部门名称').fill('湖南省卫生健康委员会');
    await field('省、自治区、直辖市').selectOption('湖南省');
    await field('市州').waitFor();
    await fillAdmin(page, { name: '何建国', account: 'hunan-wjw' });
    authenticator = authenticatorOf(await secretOn(page));
    await tabThrough(page, 'console-start');
    await look(page, 'console-start-second_step');
    await field('动态验证码').fill('000000');
    await button('建立并登录').click();
    await page.getByRole('alert').filter({ hasText: '动态验证码不正确' }).first().waitFor();
    // What was typed is still there.
    await button('上一步').click();
    assert.equal(await field('行政部门名称').inputValue(), '湖南省卫生健康委员会');
    assert.equal(await field('账号').inputValue(), 'hunan-wjw');
    await look(page, 'console-start-filled');
    await button('下一步').click();
    await field('动态验证码').fill(authenticator.code());
    await button('建立并登录').click();
    await page.getByRole('heading', { name: '系统检查', exact: true, level: 1 }).waitFor();
  });

  test('the checks are made one by one, and the checklist empties itself', async () => {
    await page.getByText('尚未配置短信服务', { exact: false }).waitFor();
    await tabThrough(page, 'console-checks');
    await look(page, 'console-checks-none');
    await page.goto(`${server.url}/console/`);
    await page.getByRole('heading', { name: '待办事项' }).waitFor();
    await look(page, 'console-checklist');
    await page.getByRole('link', { name: '检查短信、微信，并备份主密钥' }).click();
    for (const name of ['暂不使用 短信', '暂不使用 微信']) {
      await button(name).click();
      await page.getByRole('region').or(page.locator('section')).getByText('未配置').first().waitFor();
    }
    const told = await server.command('key', 'backup', join(server.dataDir, 'keys-backup.txt'));
    const fingerprint = /fingerprint +(\S{4} \S{4})/.exec(told)?.[1] ?? 'none';
    await page.getByText(fingerprint, { exact: true }).waitFor();
    await button('指纹一致，已备份').click();
    await page.getByText(/何建国 于 .* 确认已备份/).waitFor();
    await look(page, 'console-checks-done');
    await page.goto(`${server.url}/console/`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByRole('link', { name: '检查短信、微信，并备份主密钥' }).count(), 0);
  });

  test('a second opener of the link is told that it was used', async () => {
    const other = await (await browser.desktop()).newPage();
    await other.goto(link);
    await other.getByRole('alert').filter({ hasText: '管理员链接已使用或已失效' }).waitFor();
    await look(other, 'console-start-used');
    await other.close();
  });

  test('the administrator logs in with password and code, and a wrong one is told so', async () => {
    const desk = await (await browser.desktop()).newPage();
    await desk.goto(`${server.url}/console/`);
    const logIn = async (/** @type {string} */ password) => {
      await field('账号', desk).fill('hunan-wjw');
      await field('密码', desk).fill(password);
      await button('登录', desk).click();
    };
    await logIn('wrong horse');
    await desk.getByRole('alert').filter({ hasText: '账号或密码不正确' }).waitFor();
    await logIn(PASSWORD);
    await field('验证码', desk).waitFor();
    await desk.getByText('请输入动态验证码').waitFor();
    await look(desk, 'console-login-code');
    await field('验证码', desk).fill('000000');
    await button('登录', desk).click();
    await desk.getByRole('alert').filter({ hasText: '动态验证码不正确' }).waitFor();
    await field('验证码', desk).fill(authenticator.code());
    await button('登录', desk).click();
    await desk.getByRole('link', { name: '系统检查' }).first().waitFor();
    await desk.close();
  });

  test('a command lets a second administrator of the same authority in', async () => {
    const told = await server.command('admin', 'create');
    const second = await linkOfFile();
    assert.ok(!told.includes(second.split('#')[1] ?? 'none') && second !== link);
    const other = await (await browser.desktop()).newPage();
    await other.goto(second);
    await other.getByText('为“湖南省卫生健康委员会”建立一位管理员。', { exact: false }).waitFor();
    assert.equal(await field('行政部门名称', other).count(), 0);
    await fillAdmin(other, { name: '李敏', account: 'hunan-wjw' });
    await field('动态验证码', other).fill(authenticatorOf(await secretOn(other)).code());
    await button('建立账号并登录', other).click();
    // The name is taken: back at its field.
    await other.getByText('请换一个账号名称。').waitFor();
    await field('账号', other).fill('hunan-wjw-2');
    await button('下一步', other).click();
    await field('动态验证码', other).fill(authenticatorOf(await secretOn(other)).code());
    await button('建立账号并登录', other).click();
    await other.getByRole('heading', { name: '系统检查', exact: true, level: 1 }).waitFor();
    await other.goto(`${server.url}/console/audit-log`);
    await other.getByRole('table').getByText('使用管理员链接建立账号').first().waitFor();
    await look(other, 'console-audit-links');
    await other.close();
  });
});
