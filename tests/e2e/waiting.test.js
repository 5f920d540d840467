// The phone as the queue: when the store or the line is away after a scan, the phone keeps the scan, says that it waits,
// outlives its own page, and ends in a check-in at the time of the scan.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, timeOf, says } from './support/phone.js';
import { startPostgres } from './support/postgres.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

describe('a check-in that has to wait', () => {
  /** @type {Awaited<ReturnType<typeof startPostgres>>} */ let postgres;
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  let course = 0;

  before(async () => {
    postgres = await startPostgres();
    server = await startServer({ env: { ZAICHANG_DATABASE_URL: postgres.url } });
    browser = await openBrowser();
    course = server.demo.courses[0]?.id ?? 0;
    const opened = await organiserOf(server).openScreen(course);
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(() => postgres.start());
  afterEach(nobodyComplains);

  /** A phone whose owner is logged in. @param {number} which */
  async function phoneOf(which) {
    const context = await browser.phone();
    const page = await openOn(context, `${server.url}/login`);
    const person = server.welcome.people[which];
    assert.ok(person);
    await logInByPassword(page, person);
    await says(page, '会场签到');
    return { context, page };
  }

  /** @param {number} scannedFrom Unix ms @param {number} scannedTo @param {string} shown */
  async function isRecordedAsOf(scannedFrom, scannedTo, shown) {
    const [record] = (await organiserOf(server).records(course)).items;
    const [at, recordedAt] = [Date.parse(record.at), Date.parse(record.recorded_at)];
    assert.ok(scannedFrom <= at && at <= scannedTo, `${record.at} is the time of the scan`);
    assert.ok(recordedAt > scannedTo, `${record.recorded_at} is later: it had to wait`);
    assert.equal(shown, timeOf(at));
  }

  test('with the store away the phone waits, outlives a reload, and is checked in when it is back', async () => {
    const { page } = await phoneOf(0);
    // The store goes away at the worst moment: after the scan, before the check-in.
    /** @type {Promise<unknown> | undefined} */ let away;
    await page.route('**/api/v1/check-ins', async (route) => {
      await (away ??= postgres.stop());
      await route.continue();
    });
    const address = await venue.scan();
    const before = Date.now();
    await page.goto(address);
    const after = Date.now();
    await says(page, '正在等待系统恢复');
    await page.getByText(/扫码凭证已保存在这部手机上/).waitFor();
    await look(page, 'phone-waiting-storage');

    await page.reload();
    await says(page, '正在等待系统恢复');
    await venue.count(0);

    await postgres.start();
    await page.getByRole('img', { name: '已签到' }).waitFor({ timeout: 60_000 });
    await venue.count(1);
    await isRecordedAsOf(before, after, await page.locator('.result-time').innerText());
  });

  test('a line that drops after the scan is waited for, also by a page that was closed meanwhile', async () => {
    const { context, page } = await phoneOf(1);
    await context.route('**/api/v1/check-ins', (route) => route.abort('internetdisconnected'));
    const address = await venue.scan();
    const before = Date.now();
    await page.goto(address);
    const after = Date.now();
    await says(page, '正在等待网络恢复');
    await look(page, 'phone-waiting-line');
    await page.close();

    const again = await openOn(context, `${server.url}/`);
    await again.getByText('等待提交，系统将自动重试').waitFor();
    await look(again, 'phone-home-waiting');
    await context.unroute('**/api/v1/check-ins');
    await again.getByRole('link', { name: /已签到/ }).click({ timeout: 60_000 });
    await again.getByRole('img', { name: '已签到' }).waitFor();
    await isRecordedAsOf(before, after, await again.locator('.result-time').innerText());
  });

  test('with the store away the console says that its figures are old, and finds back by itself', async () => {
    const console_ = await openOn(await browser.desktop(), `${server.url}/console/`);
    await console_.getByLabel('账号').fill(server.welcome.account);
    await console_.getByLabel('密码', { exact: true }).fill(server.welcome.password);
    await console_.getByRole('button', { name: '登录' }).click();
    await console_.getByRole('link', { name: server.demo.courses[0]?.title }).click();
    await console_.getByRole('button', { name: '打开投屏' }).waitFor();
    await console_.getByText(/更新于/).waitFor();

    await postgres.stop();
    await console_.getByText(/与服务器的连接中断/).waitFor();
    await look(console_, 'console-live-down');
    await postgres.start();
    await console_.getByText(/更新于/).waitFor({ timeout: 60_000 });
  });
});
