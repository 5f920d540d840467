// A console that was open before a release: the files it asks for have other names now. It is loaded anew, once, where one
// wanted to go; if that does not help, it says so. What is on the line is answered here as a newer server would.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { startServer } from './support/server.js';

const RECORDS = '**/assets/console/RecordsPage-*.js';

describe('a console that is older than the server', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('playwright-core').BrowserContext} */ let context;
  /** @type {import('playwright-core').Page} */ let page;
  let loads = 0;

  before(async () => {
    server = await startServer();
    context = await (await openBrowser()).desktop();
    const login = await context.newPage();
    await login.goto(`${server.url}/console/`);
    await login.getByLabel('账号').fill(server.welcome.account);
    await login.getByLabel('密码', { exact: true }).fill(server.welcome.password);
    await login.getByRole('button', { name: '登录' }).click();
    await login.getByRole('article').first().waitFor();
    await login.close();
  });
  after(endAll);
  afterEach(nobodyComplains);

  /** On a course's live page, from where one goes to its records. The code of these is away for so many loads of the page. @param {number} away */
  async function openBeforeRelease(away) {
    page = await context.newPage();
    loads = 0;
    page.on('domcontentloaded', () => (loads += 1));
    await page.route(RECORDS, (route) => (loads > away ? route.continue() : route.fulfill({ status: 404 })));
    await page.goto(`${server.url}/console/courses/${server.demo.courses[0]?.id}`);
    await page.getByRole('button', { name: '发起抽查' }).waitFor();
  }
  const toRecords = () => page.getByRole('link', { name: '签到明细', exact: true }).first().click();

  test('goes where one wanted to go by loading that address anew', async () => {
    await openBeforeRelease(1);
    await toRecords();
    await page.getByText('暂无签到记录').waitFor();
    assert.match(page.url(), /\/records$/);
    assert.equal(loads, 2);
    await page.goBack();
    await page.getByRole('button', { name: '发起抽查' }).waitFor();
    await page.close();
  });

  test('says so when that did not help, once, and goes on when it is asked to', async () => {
    await openBeforeRelease(2);
    await toRecords();
    await page.getByRole('heading', { name: '页面未能载入' }).waitFor();
    await page.getByText('系统可能正在升级').waitFor();
    assert.equal(loads, 2);
    await look(page, 'console-not_loaded');
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText('暂无签到记录').waitFor();
    assert.match(page.url(), /\/records$/);
    await page.close();
  });

  test('without a line it stays, says that, and goes on once the line is back', async () => {
    await openBeforeRelease(0);
    await context.setOffline(true);
    await toRecords();
    await page.getByRole('heading', { name: '无法连接服务器' }).waitFor();
    assert.equal(loads, 1);
    await context.setOffline(false);
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText('暂无签到记录').waitFor();
    await page.close();
  });
});
