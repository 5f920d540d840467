// Forbidden actions are not offered: an authority looks at a course that a unit's administrator runs. Any action offered
// to both is not refused to either.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { openOffices } from './support/authority.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { openVenue } from './support/venue.js';

/** What only a unit's administrator does, by the words on the page. */
const ACTS = /打开投屏|投到另一台电脑|打开新的投屏页|更换屏幕|^关闭|发起抽查|取消抽查|^保存|^保留|^剔除/;
/** By the keyboard, the mouse and readers of screens alike. */
const OFFERED = 'button, input, select, a[href]';

describe('what an account is offered', () => {
  /** @type {import('./support/authority.js').Offices} */ let offices;
  /** @type {import('./support/server.js').Server} */ let server;
  let course = 0;

  before(async () => {
    offices = await openOffices({ people: 3 });
    ({ server } = offices);
    const organiser = organiserOf(server);
    course = server.demo.courses[0]?.id ?? 0;
    const opened = await organiser.openScreen(course);
    const venue = await openVenue(await offices.browser.projector(), opened.display_url);
    await venue.mood('open');
    const [person] = server.demo.people;
    assert.ok(person);
    await checkIn(server, person, await venue.scan());
    await venue.page.close();
    const [from, until] = [3_600_000, 7_200_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const { day } = await organiser.records(course).then(({ items }) => items[0]);
    // A waiting check is cancelled by an account that may; at the very end of a day there is no time for one.
    if (new Date(Date.now() + 8 * 3_600_000 + 7_200_000).toISOString().startsWith(day))
      await organiser.orderSpotCheck(course, { minutes: 1, random: { from, until } });
  });
  after(endAll);
  afterEach(nobodyComplains);

  /** The names of what can be pressed on the page, beside the frame. @param {import('playwright-core').Page} page */
  const offered = (page) =>
    page
      .locator('main')
      .locator(OFFERED)
      .evaluateAll((all) =>
        all.map((one) =>
          (one.getAttribute('aria-label') || /** @type {HTMLElement} */ (one).innerText).trim(),
        ),
      );

  /** @param {import('playwright-core').Page} page @param {string} path @param {string} shown */
  async function open(page, path, shown) {
    await page.goto(`${server.url}/console/courses/${course}${path}`);
    await page.locator('main').getByText(shown, { exact: true }).first().waitFor();
  }

  test('a unit’s administrator is offered every act', async () => {
    const { page, refused } = await offices.unitAdmin();
    await page.getByRole('article').first().waitFor();
    await open(page, '', '主会场');
    await page
      .getByText('今日暂无抽查')
      .or(page.getByRole('button', { name: /^取消抽查/ }))
      .waitFor();
    const live = await offered(page);
    for (const act of ['打开投屏', '投到另一台电脑', '发起抽查', '保存']) assert.ok(live.includes(act), act);
    assert.ok(live.some((name) => name.startsWith('更换屏幕：主会场')));
    await open(page, '/records', '核查结论');
    assert.ok((await offered(page)).some((name) => /^剔除/.test(name)));
    for (const page_name of ['协助签到', '设置'])
      await page.getByRole('link', { name: page_name, exact: true }).first().waitFor();
    assert.deepEqual(refused, []);
  });

  test('an authority sees the course, its screens and its records, and no act that it would be refused', async () => {
    const { page, refused } = await offices.authority();
    await page.getByRole('article').first().waitFor();
    await open(page, '', '主会场');
    await page.getByRole('heading', { name: '抽查', exact: true }).waitFor();
    await page.getByText('主办单位今日尚未清点人数').waitFor();
    assert.deepEqual(
      (await offered(page)).filter((name) => ACTS.test(name)),
      [],
    );
    await look(page, 'console-authority-live');
    await open(page, '/records', '导出 CSV');
    await page.getByRole('table', { name: /^签到明细/ }).waitFor();
    assert.deepEqual(
      (await offered(page)).filter((name) => ACTS.test(name)),
      [],
    );
    assert.equal(await page.getByRole('table').getByRole('checkbox').count(), 0);
    await look(page, 'console-authority-records');
    for (const page_name of ['协助签到', '设置'])
      assert.equal(await page.getByRole('link', { name: page_name, exact: true }).count(), 0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '导出 CSV' }).click(),
    ]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    assert.deepEqual(refused, []);
  });

  test('each is led to its own pages, and judges or plans a project by its role', async () => {
    const rail = (/** @type {import('playwright-core').Page} */ page) =>
      page
        .locator('nav[aria-label="主导航"] a')
        .evaluateAll((all) => all.map((one) => (one.textContent ?? '').trim()));
    const { items } = await organiserOf(server).projects();
    const waiting = items.find(
      (/** @type {{ review?: { turn: string } }} */ { review }) => review?.turn === 'authority',
    );
    for (const [logIn, pages, acts, never] of /** @type {const} */ ([
      [
        offices.unitAdmin,
        ['今日课程', '项目', '人员注册', '人员', '单位与科室', '管理员', '操作日志'],
        ['撤回'],
        ['通过', '退回', '不通过'],
      ],
      [
        offices.authority,
        ['项目', '今日课程', '人员注册', '单位与科室', '管理员', '操作日志', '系统检查', '后台任务'],
        ['通过', '退回', '不通过'],
        ['撤回'],
      ],
    ])) {
      const { page, refused } = await logIn(`projects/${waiting.id}`);
      await page.getByRole('heading', { name: waiting.name }).waitFor();
      for (const act of acts) await page.getByRole('button', { name: act, exact: true }).waitFor();
      const names = await offered(page);
      for (const act of [...never, '保存更改', '上报']) assert.ok(!names.includes(act), act);
      assert.deepEqual(await rail(page), pages);
      assert.deepEqual(refused, []);
      await page.close();
    }
  });

  test('an address of what it may not do tells it who does, and leads on', async () => {
    const { page, refused } = await offices.authority();
    await page.getByRole('article').first().waitFor();
    for (const path of [`courses/${course}/assist`, `courses/${course}/settings`, 'pair']) {
      await page.goto(`${server.url}/console/${path}`);
      await page.getByRole('heading', { name: '本账号不能使用此功能' }).waitFor();
      assert.equal(await page.locator('main').locator('button, input').count(), 0);
    }
    await look(page, 'console-authority-not_offered');
    await page.getByRole('link', { name: '回到今日课程' }).click();
    await page.getByRole('article').first().waitFor();
    assert.deepEqual(refused, []);
  });
});
