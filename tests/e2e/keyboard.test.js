// Every page by the keyboard alone: Tab goes through all of it and out at its end, and Shift+Tab all the way back.
// What the pages are for is tested elsewhere.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { openVenue } from './support/venue.js';

describe('by the keyboard alone', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('playwright-core').Page} */ let desk;
  let course = 0;
  /** One that waits for a verdict. */
  let project = 0;

  before(async () => {
    offices = await openOffices();
    ({ server, browser } = offices);
    course = server.demo.courses[0]?.id ?? 0;
    const organiser = organiserOf(server);
    const opened = await organiser.openScreen(course);
    const { items } = await organiser.projects();
    project = items.find((/** @type {any} */ { review }) => review?.turn === 'authority').id;
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    desk = await (await browser.desktop()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('the console’s login', async () => {
    await desk.goto(`${server.url}/console/`);
    await desk.getByRole('heading', { name: '管理员登录' }).waitFor();
    await tabThrough(desk, 'console-login');
    await desk.getByLabel('账号').fill(server.welcome.account);
    await desk.getByLabel('密码', { exact: true }).fill(server.welcome.password);
    await desk.keyboard.press('Enter');
    await desk.getByRole('article').first().waitFor();
  });

  for (const [width, kind] of /** @type {const} */ ([
    [1440, 'wide'],
    [820, 'tablet'],
    [390, 'phone'],
  ])) {
    test(`every page of the console, ${kind}`, async () => {
      await desk.setViewportSize({ width, height: 900 });
      const live = `courses/${course}`;
      for (const [path, shown] of /** @type {const} */ ([
        ['', '急性心肌梗死的早期识别与救治'],
        [live, '打开投屏'],
        [`${live}/records`, '导出 CSV'],
        [`${live}/records?day=2026-11-29&q=%E7%8E%8B`, '清除筛选'],
        [`${live}/assist`, '查找'],
        [`${live}/settings`, '签到前核验人脸'],
        ['pair', '确认投屏'],
        ['projects', '围手术期疼痛管理新进展研讨班'],
        ['projects?which=waiting&state=approved', '显示全部'],
        [`projects/${project}`, '撤回'],
        ['units', '新增科室'],
        ['audit-log', '周敏'],
        ['nowhere', '回到今日课程'],
      ])) {
        await desk.goto(`${server.url}/console/${path}`);
        await desk.locator('main').getByText(shown, { exact: true }).first().waitFor();
        await tabThrough(desk, `console/${path}, ${kind}`);
      }
    });
  }

  test('the menu of a narrow window keeps the keyboard, and gives it back', async () => {
    await desk.setViewportSize({ width: 390, height: 900 });
    await desk.goto(`${server.url}/console/courses/${course}`);
    const menu = desk.getByRole('button', { name: '菜单' });
    await menu.focus();
    await desk.keyboard.press('Enter');
    const drawer = desk.getByRole('dialog', { name: '菜单' });
    await drawer.getByRole('link', { name: '签到明细' }).waitFor();
    await tabThrough(desk, 'console-menu', { whole: '.menu-drawer' });
    await look(desk, 'menu-course');
    await desk.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    assert.equal(await menu.evaluate((button) => button === document.activeElement), true);

    await desk.keyboard.press('Enter');
    await drawer.getByRole('link', { name: '签到明细' }).focus();
    await desk.keyboard.press('Enter');
    await desk.getByRole('heading', { name: '签到明细' }).waitFor();
    await drawer.waitFor({ state: 'hidden' });
    assert.equal(await desk.locator('main').evaluate((main) => main === document.activeElement), true);
  });

  test('a dialog keeps the keyboard, and gives it back to what opened it', async () => {
    await desk.setViewportSize({ width: 1440, height: 900 });
    await desk.goto(`${server.url}/console/courses/${course}`);
    for (const name of ['打开投屏', '投到另一台电脑', '发起抽查', /^更换屏幕：主会场/, /^关闭主会场/]) {
      const opener = desk.getByRole('button', { name, exact: true }).first();
      await opener.focus();
      await desk.keyboard.press('Enter');
      const dialog = desk.getByRole('dialog');
      await dialog.getByRole('button').first().waitFor();
      await tabThrough(desk, `dialog ${name}`, { whole: '[role=dialog]' });
      await desk.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await opener.evaluate((button) => button === document.activeElement), true, String(name));
    }
  });

  test('an authority chooses projects, judges them and has a job tried again', async () => {
    await offices.sql(`select enqueue_job('planted', '{}', 'late', 3, null)`);
    await offices.sql(`update graphile_worker._private_jobs set run_at = now() - interval '6 minutes'`);
    const { page } = await offices.authority('projects');
    await page.getByRole('table').waitFor();
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${server.url}/console/projects`);
      const all = page.getByRole('checkbox', { name: /^选中本页全部/ });
      await all.focus();
      await page.keyboard.press('Space');
      const opener = page.getByRole('button', { name: /^退回所选/ });
      await opener.waitFor();
      await tabThrough(page, `console/projects, chosen, ${width}`);
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('单位可修改后重新上报。').waitFor();
      await tabThrough(page, `dialog of a verdict, ${width}`, { whole: '[role=dialog]' });
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(await opener.evaluate((button) => button === document.activeElement), true);
      await page.goto(`${server.url}/console/jobs`);
      await page.getByRole('button', { name: '重新执行 后台任务 planted' }).waitFor();
      await tabThrough(page, `console/jobs, ${width}`);
    }
    await page.close();
  });

  test('a day is typed and emptied without the mouse', async () => {
    await desk.goto(`${server.url}/console/courses/${course}/records?day=2026-06-15`);
    await desk.getByLabel('日期', { exact: true }).focus();
    // Year, month or day, as the browser's language has it first.
    await desk.keyboard.press('ArrowUp');
    await desk.waitForURL(/[?&]day=(2027-06-15|2026-07-15|2026-06-16)(&|$)/);
    await desk.getByRole('button', { name: '清除日期' }).press('Enter');
    await desk.waitForURL((address) => !address.searchParams.has('day'));
    assert.equal(await desk.getByLabel('日期', { exact: true }).inputValue(), '');
  });

  test('the venue page and the page that waits to become one', async () => {
    await venue.page.bringToFront();
    await tabThrough(venue.page, 'venue');
    const other = await venue.page.context().newPage();
    await other.goto(`${server.url}/display`);
    await other
      .locator('#characters')
      .filter({ hasText: /^\w{6}$/ })
      .waitFor();
    await tabThrough(other, 'pairing');
    for (const path of ['/C/', '/display/nonsense', '/mistyped']) {
      await other.goto(server.url + path);
      await tabThrough(other, path);
    }
    await other.close();
  });

  test('every page of the phone', async () => {
    const first = await openOn(await browser.phone(undefined, { first: true }), `${server.url}/login`);
    await says(first, '隐私说明');
    await tabThrough(first, 'phone-privacy');

    const phone = await openOn(await browser.phone(), server.url);
    await says(phone, '会场签到');
    await tabThrough(phone, 'phone-home');
    await phone.goto(`${server.url}/#scan`);
    await phone.locator('.notice h1').waitFor();
    await tabThrough(phone, 'phone-camera');
    await phone.goto(`${server.url}/login`);
    await phone.getByLabel('手机号').waitFor();
    await tabThrough(phone, 'phone-login');
    await phone.getByText('账号密码').click();
    await tabThrough(phone, 'phone-login-password');

    await phone.goto(await venue.address());
    await says(phone, '登录后自动签到');
    await tabThrough(phone, 'phone-login-to-check-in');
    const [person] = server.welcome.people;
    assert.ok(person);
    await logInByPassword(phone, person);
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    await tabThrough(phone, 'phone-recorded');
    await phone.goto(`${server.url}/records`);
    await phone.getByText('已显示全部记录').waitFor();
    await tabThrough(phone, 'phone-records');
    await phone.goto(`${server.url}/#logins`);
    await phone.getByText('仅本机登录').waitFor();
    await tabThrough(phone, 'phone-logins');
    await phone.goto(`${server.url}/#phone`);
    await phone.getByText('更换手机号').first().waitFor();
    await tabThrough(phone, 'phone-own-phone');
    await phone.goto(`${server.url}/records`);
    await phone.getByText('已显示全部记录').waitFor();
    await phone.getByRole('link', { name: server.demo.courses[0]?.title }).click();
    await says(phone, '回执有效');
    await tabThrough(phone, 'phone-receipt');
    await phone.goto(`${(await venue.address()).slice(0, -8)}AAAAAAAA`);
    await says(phone, '签到码无法核实');
    await tabThrough(phone, 'phone-refused');
  });
});
