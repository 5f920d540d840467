// The organiser's morning at the console: log in, open a screen, watch, change, help an attendee, export, close.
// Everything is done by its words on the page; each step needs the one before it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './stage/attendee.js';
import { openBrowser } from './stage/browser.js';
import { nobodyComplains } from './stage/complaints.js';
import { endAll } from './stage/ends.js';
import { look } from './stage/look.js';
import { startServer } from './stage/server.js';
import { readCsv, readXlsx } from './stage/sheet.js';
import { followVenue } from './stage/venue.js';

const CROWD = 55;
/** Beside one record of each: one answer to the spot check, and one person checked in by staff. */
const RECORDS = CROWD + 2;
/** WeChat's code for a QR that was read from a picture. */
const FROM_A_PICTURE = 1013;
/** Evidence is weighed every 20 seconds or so, beside everything else that a busy machine does. */
const WEIGHED_WITHIN_MS = 60_000;
/** A spot check of one minute, and some air. */
const OVER_WITHIN_MS = 75_000;
/** A spreadsheet would run it. */
const PLACE = '=1+1 分会场';

describe('the console', () => {
  /** @type {import('./stage/server.js').Server} */ let server;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {import('./stage/venue.js').Venue} */ let venue;
  let title = '';

  before(async () => {
    server = await startServer({ people: CROWD, env: { ZAICHANG_PRESENCE_DISTANCES: 'true' } });
    const browser = await openBrowser();
    title = server.demo.courses[1]?.title ?? '';
    page = await (await browser.desk()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name });
  const room = (/** @type {string} */ name) => page.getByRole('link', { name, exact: true }).first();

  /** @param {string} password */
  async function logIn(password) {
    await page.getByLabel('账号').fill(server.welcome.account);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await button('登录').click();
  }

  test('whoever is not logged in is asked to, and a wrong password is refused', async () => {
    await page.goto(`${server.url}/console/`);
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
    await look(page, 'console-login');
    await logIn('not-the-password');
    await page.getByRole('alert').first().waitFor();
    await look(page, 'console-login-refused');
  });

  test('after the login the day’s courses are there, each with its state and count', async () => {
    await logIn(server.welcome.password);
    for (const course of server.demo.courses) await page.getByRole('link', { name: course.title }).waitFor();
    await page.getByText('不能签到').first().waitFor();
    await look(page, 'console-today');
    await page.getByLabel('搜索课程、项目或地点').fill('没有这样的课程');
    await page.getByText('没有符合条件的课程').waitFor();
    await look(page, 'console-today-none');
    await button('清除条件').click();
  });

  test('a screen is opened in a window of its own and shows its code', async () => {
    await page.getByRole('link', { name: title }).click();
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
    const scene = (/** @type {number} */ i) => (i === 0 ? FROM_A_PICTURE : 1011);
    await Promise.all(server.demo.people.map((person, i) => checkIn(server, person, address, scene(i))));
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

  test('cap, profile and hours are changed, and the wall follows', async () => {
    await room('设置').click();
    await page.getByRole('spinbutton', { name: '考勤人数上限' }).fill('60');
    await page.getByText('宽松').click();
    await page.getByLabel('结束').fill('23:59');
    await look(page, 'console-settings-changed');
    await button('保存更改').click();
    await page.getByText(/^已保存/).waitFor();
    await venue.says(`累计 ${CROWD}/60`);
    await page.reload();
    assert.ok(await page.getByRole('radio', { name: /宽松/ }).isChecked());
    await look(page, 'console-settings');
  });

  test('what two change at once is kept or asked about, and nothing that was typed is lost', async () => {
    const colleague = await page.context().newPage();
    await colleague.goto(page.url());
    const at = (/** @type {import('playwright-core').Page} */ tab) => ({
      cap: tab.getByRole('spinbutton', { name: '考勤人数上限' }),
      closes: tab.getByLabel('结束'),
      save: tab.getByRole('button', { name: '保存更改' }),
      saved: tab.getByText(/^已保存/),
    });
    const [mine, theirs] = [at(page), at(colleague)];
    await mine.cap.fill('70');
    await theirs.cap.fill('90');
    await theirs.closes.fill('23:58');
    await theirs.save.click();
    await theirs.saved.waitFor();

    // Both changed the cap; the hours only the other did.
    await page.bringToFront();
    await mine.save.click();
    const dialog = page.getByRole('dialog', { name: '请选择要保留的设置' });
    await dialog.getByText(/^周敏已于 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d 修改本课程的设置/).waitFor();
    await dialog.getByText('每日签到结束时间：23:58').waitFor();
    await look(page, 'console-settings-conflict');

    // By the keyboard alone: put away, what was typed is still there.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(await mine.cap.inputValue(), '70');
    await mine.save.press('Enter');
    await dialog.getByRole('button', { name: '按所选保存' }).press('Enter');
    await dialog.getByText('请选择其中一项').waitFor();
    await look(page, 'console-settings-unchosen');
    assert.equal(await dialog.getByRole('radio', { name: /^现有设置\s*90 人$/ }).isChecked(), false);
    await dialog.getByRole('radio', { name: /^您填写的\s*70 人$/ }).press('Space');
    // Meanwhile the other has gone on typing.
    await theirs.closes.fill('23:59');
    await page.keyboard.press('Enter');
    await mine.saved.waitFor();
    await page.getByText(/均已保留：每日签到结束时间。$/).waitFor();
    assert.deepEqual([await mine.cap.inputValue(), await mine.closes.inputValue()], ['70', '23:58']);
    await venue.says(`累计 ${CROWD}/70`);
    await look(page, 'console-settings-kept');

    // Nothing clashes: saved without a question, and said.
    await colleague.bringToFront();
    await theirs.save.click();
    await colleague.getByText(/均已保留：考勤人数上限。$/).waitFor();
    await theirs.saved.waitFor();
    assert.deepEqual([await theirs.cap.inputValue(), await theirs.closes.inputValue()], ['70', '23:59']);
    await colleague.close();
    await page.bringToFront();
  });

  test('a face check that nobody provides is refused, with the reason at its field', async () => {
    await page.getByText('签到前核验人脸').click();
    await button('保存更改').click();
    await page.getByRole('alert').first().waitFor();
    await look(page, 'console-settings-refused');
    await button('撤销更改').click();
  });

  test('the hall’s coordinates are taken as a map gives them, and kept', async () => {
    const coordinates = page.getByRole('textbox', { name: '会场坐标' });
    await coordinates.fill('长沙市');
    await button('保存更改').click();
    await page.getByText('请填写两个数字').waitFor();
    await coordinates.fill('112.97228,28.19409');
    await page.getByText('北纬 28.19409°，东经 112.97228°').waitFor();
    await button('保存更改').click();
    await page.getByText(/^已保存/).waitFor();
    assert.equal(await coordinates.inputValue(), '28.19409, 112.97228');
    await look(page, 'console-settings-coordinates');
  });

  test('somebody without a phone is checked in with a reason, and somebody unapproved is not', async () => {
    await room('协助签到').click();
    await look(page, 'console-assist');
    await page.getByLabel('姓名、证件号码、手机号或医通卡号').fill('张伟');
    await button('查找').click();
    await page.getByText('注册尚未通过单位审核').waitFor();
    await look(page, 'console-assist-refused');
    await page.getByLabel('姓名、证件号码、手机号或医通卡号').fill('19900000001');
    await button('查找').click();
    await button('选择李伟').click();
    await page.getByText('未带手机或手机没电').click();
    await look(page, 'console-assist-reason');
    await button('为李伟签到').click();
    await page.getByText('已签到').first().waitFor();
    await look(page, 'console-assist-done');
    await venue.count(CROWD + 1);
  });

  test('the records are paged and filtered, and the filter stays in the address', async () => {
    await room('签到明细').click();
    await page.getByText(`${CROWD + 1} 人，${RECORDS} 人次`).waitFor();
    assert.equal(
      await page
        .getByRole('table', { name: /^签到明细/ })
        .getByRole('checkbox', { name: /^选择/ })
        .count(),
      50,
    );
    await look(page, 'console-records');
    await button('下一页').click();
    await page.getByText(`本页 ${RECORDS - 50} 条`).waitFor();

    await page.getByLabel('方式').selectOption('assisted');
    await page.getByText('1 人，1 人次').waitFor();
    await page.getByText('周敏协助：未带手机或手机没电').waitFor();
    await look(page, 'console-records-filtered');
    assert.match(page.url(), /source=assisted/);
    await page.reload();
    await page.getByText('1 人，1 人次').waitFor();
  });

  test('exports hold every row of the filter and no formula', async () => {
    assert.equal((await readCsv(await exported('导出 CSV'))).length, 1 + 1);
    await button('清除筛选').click();
    await page.getByText(`${CROWD + 1} 人，${RECORDS} 人次`).waitFor();

    const [heads = [], ...rows] = await readCsv(await exported('导出 CSV'));
    assert.equal(rows.length, RECORDS);
    for (const row of rows) assert.equal(row.length, heads.length);
    const cells = rows.flat();
    assert.ok(cells.some((cell) => cell.includes(PLACE)));
    assert.ok(!cells.some((cell) => /^[=+@\t\r]/.test(cell)), 'no cell begins as a formula does');

    const { rows: sheetRows, texts, formulas } = await readXlsx(await exported('导出 XLSX'));
    // The title block, the table's head, and a row a person.
    assert.equal(sheetRows, 5 + CROWD + 1);
    assert.ok(texts.some((text) => text.includes('李伟')) && texts.some((text) => text.includes(PLACE)));
    assert.equal(formulas, false);
  });

  test('what is suspected stands first with its reasons, and is struck with a reason', async () => {
    await page.getByText('可疑优先').click();
    const first = page
      .getByRole('table', { name: /^签到明细/ })
      .locator('tbody')
      .first();
    await first.filter({ hasText: `场景值 ${FROM_A_PICTURE}` }).waitFor({ timeout: WEIGHED_WITHIN_MS });
    assert.match(page.url(), /order=suspicion/);
    await look(page, 'console-records-suspicious');

    await first.getByRole('checkbox').check();
    await page.getByText(`已选 1 条，共 ${RECORDS} 条`).waitFor();
    await button('剔除所选 1 条').click();
    await button('剔除这 1 条').click();
    await page.getByText('请选择或填写理由').waitFor();
    await page.getByText('扫描他人转发的二维码图片').click();
    await look(page, 'console-records-striking');
    await button('剔除这 1 条').click();
    await page.getByText('已剔除 1 条记录').waitFor();
    await first.filter({ hasText: /已剔除\s*扫描他人转发的二维码图片\s*周敏/ }).waitFor();
    await look(page, 'console-records-struck');

    // On the row alone, whatever else is chosen.
    await first.getByRole('button', { name: /^保留/ }).click();
    await page.getByRole('heading', { name: '保留 1 条记录' }).waitFor();
    await page.getByText('本人到会务台说明').click();
    await button('保留这 1 条').click();
    await first.filter({ hasText: /已保留\s*本人到会务台说明\s*周敏/ }).waitFor();
    await first.getByRole('button', { name: /^剔除/ }).click();
    await page.getByText('抽查时不在场').click();
    await button('剔除这 1 条').click();
    await first.filter({ hasText: '已剔除' }).waitFor();

    const all = page.getByRole('checkbox', { name: /^选中本页全部 \d+ 条$/ });
    await all.check();
    await page.getByText(/^已选 \d\d 条，共 57 条$/).waitFor();
    await look(page, 'console-records-all');
    await first.getByRole('checkbox').uncheck();
    assert.equal(await all.evaluate((box) => /** @type {HTMLInputElement} */ (box).indeterminate), true);
    await button('取消选择').click();
    await page.getByText(/^已选/).waitFor({ state: 'detached' });

    await page.getByText('只看可疑').click();
    await page.waitForURL(/suspicious=true/);
    await first.filter({ hasText: '已剔除' }).waitFor();
    const [, ...suspected] = await readCsv(await exported('导出 CSV'));
    assert.ok(suspected.length >= 1 && suspected.length < CROWD, `${suspected.length} are suspected`);
    assert.ok(suspected[0]?.some((cell) => cell.includes(`场景值 ${FROM_A_PICTURE}`)));
  });

  test('the spot check ends by itself, and tells who has not answered', async () => {
    await room('现场').click();
    await venue.page.bringToFront();
    await venue.page.locator('body[data-mood="open"]').waitFor({ timeout: OVER_WITHIN_MS });
    await page.bringToFront();
    // People whom staff checked in meanwhile have answered as well, without having been expected.
    await page.getByText(new RegExp(`^应到 ${CROWD} 人，已应答 [12] 人$`)).waitFor();
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
    await room('现场').click();
    await button(/^关闭=1\+1/).click();
    await page.getByText('这是最后一个显示中的屏幕，关闭后将无法扫码签到。').waitFor();
    await look(page, 'console-live-closing');
    await button('关闭屏幕').click();
    await venue.mood('closed');
    await page.getByText('暂未打开投屏').waitFor();
    await look(page, 'console-live-closed');
  });

  test('what is not there says so, and after the logout nothing is', async () => {
    await page.goto(`${server.url}/console/courses/999999`);
    await page.getByText('页面不存在').waitFor();
    await look(page, 'console-missing');
    await button('退出登录').click();
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
    await page.goto(`${server.url}/console/`);
    await page.getByRole('heading', { name: '管理员登录' }).waitFor();
  });

  /** @param {string} name of the button */
  async function exported(name) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
    return download.path();
  }
});
