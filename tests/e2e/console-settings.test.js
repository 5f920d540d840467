// A course's settings at the console: changed, refused, and changed by two people at once; the wall follows.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { openVenue } from './support/venue.js';

const CROWD = 3;

describe('settings at the console', () => {
  /** @type {import('./support/console.js').Console} */ let organiser;
  /** @type {import('playwright-core').Page} */ let page;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    organiser = await openConsole({ people: CROWD, env: { ZAICHANG_PRESENCE_DISTANCES: 'true' } });
    ({ page } = organiser);
    const { server, browser, course } = organiser;
    const opened = await organiserOf(server).openScreen(course.id);
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    const address = await venue.address();
    await Promise.all(server.demo.people.map((person) => checkIn(server, person, address)));
    await organiser.open(`courses/${course.id}/settings`);
    await organiser.logIn();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const button = (/** @type {string | RegExp} */ name) => organiser.button(name);

  test('cap, profile and hours are changed, and the wall follows', async () => {
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

  test('a face check without a provider is refused, with the reason at its field', async () => {
    await page.getByText('签到前核验人脸').click();
    await button('保存更改').click();
    await organiser.refuses('未配置人脸核验服务', '请先由系统管理员配置人脸核验服务，再开启此项。');
    await look(page, 'console-settings-refused');
    await button('撤销更改').click();
  });

  test('the hall’s coordinates are taken as a map gives them, and kept', async () => {
    const coordinates = page.getByRole('textbox', { name: '会场坐标' });
    await coordinates.fill('长沙市');
    await button('保存更改').click();
    await organiser.refuses('请填写两个数字，如 28.19409, 112.97228');
    await coordinates.fill('112.97228,28.19409');
    await page.getByText('北纬 28.19409°，东经 112.97228°').waitFor();
    await button('保存更改').click();
    await page.getByText(/^已保存/).waitFor();
    assert.equal(await coordinates.inputValue(), '28.19409, 112.97228');
    await look(page, 'console-settings-coordinates');
  });
});
