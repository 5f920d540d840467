// Documents on paper from the console: the sign-in sheet of a course, by the real program.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { textOf } from './support/paper.js';
import { openVenue } from './support/venue.js';

describe('documents at the console', () => {
  /** @type {import('./support/console.js').Console} */ let organiser;
  /** @type {import('playwright-core').Page} */ let page;

  before(async () => {
    organiser = await openConsole({ people: 3 });
    ({ page } = organiser);
    const { server, browser, course } = organiser;
    const opened = await organiserOf(server).openScreen(course.id, '报告厅');
    const venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    const address = await venue.address();
    await Promise.all(server.demo.people.map((person) => checkIn(server, person, address, 1011)));
    await venue.count(3);
    await organiser.open(`courses/${course.id}/records`);
    await organiser.logIn();
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('the sign-in sheet names who has checked in, with room to sign', async () => {
    await organiser.button('打印签到表').click();
    const dialog = page.getByRole('dialog', { name: '打印签到表' });
    await dialog.getByText('列出当天已签到的人员').waitFor();
    await dialog.getByLabel('空白行').selectOption('5');
    await look(page, 'console-sign-in-sheet');
    const text = await textOf(await organiser.exported('生成 PDF'));
    for (const wanted of ['签到表', '签名', '签到人员共3人', '第1页，共1页'])
      assert.ok(text.includes(wanted), `${wanted}: ${text}`);
    await page.getByText(/^已导出 签到表_/).waitFor();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('a blank sheet has blank lines alone', async () => {
    await organiser.button('打印签到表').click();
    const dialog = page.getByRole('dialog', { name: '打印签到表' });
    await dialog.getByText('空白表', { exact: true }).click();
    await dialog.getByText('只印空白行，供现场手写。').waitFor();
    const text = await textOf(await organiser.exported('生成 PDF'));
    assert.ok(text.includes('签到表') && !text.includes('签到人员共'), text);
    assert.ok(text.includes('181920'), text);
  });

  test('the link of a new administrator is handed over on paper', async () => {
    await organiser.open('admins');
    await organiser.button('生成管理员链接').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('转交给（姓名）').fill('李敏');
    await dialog.getByRole('button', { name: '生成管理员链接' }).click();
    const link = await dialog.locator('code').innerText();
    const text = await textOf(await organiser.exported('打印通知书'));
    for (const wanted of ['账号开通通知书', '李敏', link])
      assert.ok(text.includes(wanted), `${wanted}: ${text}`);
    await dialog.getByText(/^已导出 账号开通通知书_/).waitFor();
    await look(page, 'console-account-letter');
  });
});
