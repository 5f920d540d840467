// The records of a course at the console: a person is checked in by staff; records are found, exported, and judged.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { readCsv, readXlsx } from './support/sheet.js';
import { openVenue } from './support/venue.js';

const CROWD = 55;
/** Beside one record of each: one person is checked in by staff. */
const RECORDS = CROWD + 1;
/** WeChat's code for a QR that was read from a picture. */
const FROM_A_PICTURE = 1013;
/** Evidence is weighed every 20 seconds or so, beside everything else that a busy machine does. */
const WEIGHED_WITHIN_MS = 60_000;
/** A spreadsheet would run it. */
const PLACE = '=1+1 分会场';

describe('records at the console', () => {
  /** @type {import('./support/console.js').Console} */ let organiser;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    organiser = await openConsole({ people: CROWD });
    ({ page } = organiser);
    const { server, browser, course } = organiser;
    const opened = await organiserOf(server).openScreen(course.id, PLACE);
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    const address = await venue.address();
    const scene = (/** @type {number} */ i) => (i === 0 ? FROM_A_PICTURE : 1011);
    await Promise.all(server.demo.people.map((person, i) => checkIn(server, person, address, scene(i))));
    await venue.count(CROWD);
    await organiser.open(`courses/${course.id}/assist`);
    await organiser.logIn();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => organiser.button(name);

  test('somebody without a phone is checked in with a reason, and somebody unapproved is not', async () => {
    await page.getByRole('heading', { name: '协助签到' }).waitFor();
    await look(page, 'console-assist');
    await page.getByLabel('姓名、证件号码、手机号或医通卡号').fill('张伟');
    await button('查找').click();
    await page.getByText('注册尚未审核通过').waitFor();
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
    await organiser.link('签到明细').click();
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
    await page.getByText('周敏补录：未带手机或手机没电').waitFor();
    await look(page, 'console-records-filtered');
    assert.match(page.url(), /source=assisted/);
    await page.reload();
    await page.getByText('1 人，1 人次').waitFor();
  });

  test('exports hold every row of the filter and no formula', async () => {
    assert.equal((await readCsv(await organiser.exported('导出 CSV'))).length, 1 + 1);
    await button('清除筛选').click();
    await page.getByText(`${CROWD + 1} 人，${RECORDS} 人次`).waitFor();

    const [heads = [], ...rows] = await readCsv(await organiser.exported('导出 CSV'));
    assert.equal(rows.length, RECORDS);
    for (const row of rows) assert.equal(row.length, heads.length);
    const cells = rows.flat();
    assert.ok(cells.some((cell) => cell.includes(PLACE)));
    assert.ok(!cells.some((cell) => /^[=+@\t\r]/.test(cell)), 'no cell begins as a formula does');

    const { rows: sheetRows, texts, formulas } = await readXlsx(await organiser.exported('导出 XLSX'));
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
    await page.getByText(/^已选 \d\d 条，共 56 条$/).waitFor();
    await look(page, 'console-records-all');
    await first.getByRole('checkbox').uncheck();
    assert.equal(await all.evaluate((box) => /** @type {HTMLInputElement} */ (box).indeterminate), true);
    await button('取消选择').click();
    await page.getByText(/^已选/).waitFor({ state: 'detached' });

    await page.getByText('只看可疑').click();
    await page.waitForURL(/suspicious=true/);
    await first.filter({ hasText: '已剔除' }).waitFor();
    const [, ...suspected] = await readCsv(await organiser.exported('导出 CSV'));
    assert.ok(suspected.length >= 1 && suspected.length < CROWD, `${suspected.length} are suspected`);
    assert.ok(suspected[0]?.some((cell) => cell.includes(`场景值 ${FROM_A_PICTURE}`)));
  });
});
