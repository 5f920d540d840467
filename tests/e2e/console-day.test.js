// The organiser's day at the console: log in, open a screen, watch, count heads, ask for a second scan, replace, close.
// Everything is done by its words on the page; each step needs the one before it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { followVenue } from './support/venue.js';

const CROWD = 55;
/** A spot check of one minute, and some air. */
const OVER_WITHIN_MS = 75_000;
/** A spreadsheet would run it; a page shows it as it is. */
const PLACE = '=1+1 分会场';

describe('the day at the console', () => {
  /** @type {import('./support/console.js').Console} */ let organiser;
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    organiser = await openConsole({ people: CROWD });
    ({ server, page } = organiser);
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => organiser.button(name);

  test('an admin who is not logged in is asked to, and a wrong password is refused', async () => {
    await organiser.open('');
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
    await look(page, 'console-login');
    await organiser.logIn('not-the-password');
    await organiser.refuses('账号或密码不正确', '请核对后重新输入。');
    await look(page, 'console-login-refused');
  });

  test('after the login the day’s courses are there, each with its state and count', async () => {
    await organiser.logIn();
    for (const course of server.demo.courses) await page.getByRole('link', { name: course.title }).waitFor();
    await page.getByText('不能签到').first().waitFor();
    await look(page, 'console-today');
    await page.getByLabel('搜索课程、项目或地点').fill('没有这样的课程');
    await page.getByText('没有符合条件的课程').waitFor();
    await look(page, 'console-today-none');
    await button('清除条件').click();
  });

  test('a screen is opened in a window of its own and shows its code', async () => {
    await page.getByRole('link', { name: organiser.course.title }).click();
    await page.getByText('暂未打开投屏').waitFor();
    await look(page, 'console-live-empty');
    await button('打开投屏').click();
    await page.getByLabel('屏幕位置').fill(PLACE);
    await look(page, 'console-live-opening');
    const [opened] = await Promise.all([page.waitForEvent('popup'), button('在新窗口打开').click()]);
    venue = followVenue(opened);
    await opened.waitForURL(/\/display\/\d+$/);
    await venue.mood('open');
    await venue.says(PLACE);
    await look(page, 'console-live-opened');
    await button('完成').click();
  });

  test('an address alone can be taken to another computer', async () => {
    const row = page.getByRole('listitem').filter({ hasText: PLACE });
    await row.getByRole('button', { name: /打开新的投屏页/ }).click();
    const address = await page.locator('code', { hasText: '/display/' }).innerText();
    assert.match(address, /\/display\/\d+#ticket=[\w-]{20,}$/);
    await look(page, 'console-live-address');
    await button('完成').click();
  });

  test('check-ins are counted on the console by themselves', async () => {
    await venue.page.bringToFront();
    const address = await venue.scan();
    await Promise.all(server.demo.people.map((person) => checkIn(server, person, address, 1011)));
    await venue.count(CROWD);
    await page.bringToFront();
    await page.locator('.count .figure', { hasText: String(CROWD) }).waitFor();
    await look(page, 'console-live');
  });

  test('heads counted in the hall stand beside the check-ins, with the difference in words', async () => {
    await page.getByLabel('现场清点人数').fill('５２');
    await page.keyboard.press('Enter');
    await page.getByText(`清点 52 人，签到 ${CROWD} 人，签到多 ${CROWD - 52} 人`).waitFor();
    await page.getByLabel('现场清点人数').fill('五十五');
    await page.keyboard.press('Enter');
    await page.getByText('请填写 0 至 100000 的整数').waitFor();
    await look(page, 'console-live-heads');
  });

  test('a spot check at a drawn moment is told by its range alone, and can be cancelled', async () => {
    await button('发起抽查').click();
    await page.getByText('随机时刻').click();
    await page.getByLabel('结束', { exact: true }).fill('00:01');
    await button('安排抽查').click();
    await page.getByText('结束时间须晚于开始时间').waitFor();
    await look(page, 'console-live-drawing');
    await page.getByLabel('结束', { exact: true }).fill('24:00');
    await button('安排抽查').click();
    await page.getByText(/^将在 \d\d:\d\d–24:00 之间随机开始，持续 3 分钟$/).waitFor();
    await look(page, 'console-live-drawn');
    await button(/^取消抽查（/).click();
    await page.getByText('抽查尚未开始').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '取消抽查' }).click();
    await page.getByText(/ 已取消$/).waitFor();
  });

  test('a spot check ordered here is on the wall with its countdown, and its answers are told here', async () => {
    await button('发起抽查').click();
    await page.getByText('1 分钟').click();
    await look(page, 'console-live-ordering');
    await button('立即抽查').click();
    await venue.page.bringToFront();
    await venue.mood('spot_check');
    await venue.says('抽查：请所有在场人员重新扫码');
    assert.match(await venue.countdown(), /^0[01]:\d\d$/);
    const [, , person] = server.demo.people;
    assert.ok(person);
    await checkIn(server, person, await venue.scan(), 1011);
    await page.bringToFront();
    await page.getByText('已应答 1 人').waitFor();
    await page.getByText(`应到 ${CROWD} 人`).waitFor();
    await look(page, 'console-live-spot_check');
  });

  test('the spot check ends by itself, and tells who has not answered', async () => {
    await organiser.link('现场').click();
    await venue.page.bringToFront();
    await venue.page.locator('body[data-mood="open"]').waitFor({ timeout: OVER_WITHIN_MS });
    await page.bringToFront();
    await page.getByText(`应到 ${CROWD} 人，已应答 1 人`).waitFor();
    await page.getByText('未应答人员').click();
    await page.getByText(`${CROWD - 1} 人未应答`).waitFor();
    await look(page, 'console-live-missing');
  });

  test('a leaking screen is replaced: its pages close, and another opens in its place', async () => {
    const leaked = venue;
    await button(/^更换屏幕：=1\+1/).click();
    await look(page, 'console-live-replacing');
    const [opened] = await Promise.all([page.waitForEvent('popup'), button('更换并在新窗口打开').click()]);
    venue = followVenue(opened);
    await venue.mood('open');
    await venue.says(PLACE);
    await leaked.mood('closed');
    await leaked.page.close();
    await page.bringToFront();
    await button('完成').click();
    await page.getByText('已关闭的屏幕（1）').waitFor();
  });

  test('closing a screen names what it does, and the wall follows at once', async () => {
    await organiser.link('现场').click();
    await button(/^关闭=1\+1/).click();
    await page.getByText('这是最后一个正在显示的屏幕，关闭后将无法扫码签到。').waitFor();
    await look(page, 'console-live-closing');
    await button('关闭屏幕').click();
    await venue.mood('closed');
    await page.getByText('暂未打开投屏').waitFor();
    await look(page, 'console-live-closed');
  });

  test('what is not there says so, and after the logout nothing is', async () => {
    await organiser.open('courses/999999');
    await page.getByText('页面不存在').waitFor();
    await look(page, 'console-missing');
    await button('退出登录').click();
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
    await organiser.open('');
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
  });
});
