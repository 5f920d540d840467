// A screen opened on another computer: its page shows six characters, the organiser enters them at the console, and the page
// becomes that course's screen. The console says of the screen when it is shown, and when it is not any more.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { startServer } from './support/server.js';
import { followVenue } from './support/venue.js';

/** A page that was closed is shown as such within ten seconds; a busy machine takes longer to draw it. */
const TOLD_WITHIN_MS = 20_000;

describe('a screen on another computer', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** The console. @type {import('playwright-core').Page} */ let page;
  /** The computer at the projector. @type {import('playwright-core').Page} */ let other;
  /** Every address that the other computer asks for. @type {string[]} */ const asked = [];
  let title = '';
  let characters = '';

  before(async () => {
    server = await startServer();
    const browser = await openBrowser();
    title = server.demo.courses[0]?.title ?? '';
    page = await (await browser.desktop()).newPage();
    other = await (await browser.projector()).newPage();
    other.on('request', (request) => asked.push(request.url()));
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('its page shows six unmistakable characters and a way to the console', async () => {
    await other.goto(`${server.url}/display`);
    const shown = other.locator('#characters');
    await shown.filter({ hasText: /^[34679ACDEFGHJKMNPQRTVWXY]{6}$/ }).waitFor();
    characters = await shown.innerText();
    await other.getByRole('img', { name: /管理端的二维码/ }).waitFor();
    await look(other, 'docs-pairing');
  });

  test('an admin who is not logged in is asked to, and comes back to the characters', async () => {
    await page.goto(`${server.url}/console/pair#${characters}`);
    await page.getByLabel('账号').fill(server.welcome.account);
    await page.getByLabel('密码', { exact: true }).fill(server.welcome.password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { name: '投到另一台电脑' }).waitFor();
    assert.equal(await page.getByLabel('屏幕上的六位字符').inputValue(), characters);
    await look(page, 'console-pair');
  });

  test('mistyped characters are refused, and what was typed stays', async () => {
    await page.getByRole('radio', { name: title }).check();
    await page.getByLabel('屏幕位置').fill('分会场');
    await page.getByLabel('屏幕上的六位字符').fill('0OIL12');
    await page.getByRole('button', { name: '确认投屏' }).click();
    await page.getByText(/请输入六位字符/).waitFor();
    const wrong = characters.startsWith('K') ? `M${characters.slice(1)}` : `K${characters.slice(1)}`;
    await page.getByLabel('屏幕上的六位字符').fill(wrong);
    await page.getByRole('button', { name: '确认投屏' }).click();
    await page.getByText('六位字符无效或已过期').waitFor();
    assert.equal(await page.getByLabel('屏幕位置').inputValue(), '分会场');
    await look(page, 'console-pair-refused');
  });

  test('the page becomes the screen of that course, and its secret was in no address', async () => {
    await page.getByLabel('屏幕上的六位字符').fill(` ${characters.toLowerCase()} `);
    await page.getByRole('button', { name: '确认投屏' }).click();
    await page.getByText(/已确认/).waitFor();
    const venue = followVenue(other);
    await other.waitForURL(/\/display\/\d+$/);
    await venue.mood('open');
    await venue.says(title);
    await venue.says('分会场');
    assert.ok(asked.length > 3);
    for (const address of asked) assert.doesNotMatch(address, /[\w-]{43}/);
  });

  test('the console says that the screen is online, and that it is off when its page was closed', async () => {
    await page.getByRole('link', { name: title }).click();
    const row = page.getByRole('listitem').filter({ hasText: '分会场' });
    await row.getByText('在线', { exact: true }).waitFor({ timeout: TOLD_WITHIN_MS });
    await look(page, 'console-screen-online');
    await other.close();
    await row.getByText('已断开', { exact: true }).waitFor({ timeout: TOLD_WITHIN_MS });
    await look(page, 'console-screen-offline');
  });

  test('an address where nothing is leads on in words', async () => {
    const lost = await page.context().newPage();
    for (const [path, words] of [
      ['/C/', '网址中没有签到码'],
      ['/display/nonsense', '未找到该屏幕'],
      ['/mistyped', '未找到该页面'],
    ]) {
      await lost.goto(`${server.url}${path}`);
      await lost.getByRole('heading', { name: words }).waitFor();
      await lost.getByRole('link', { name: /打开投屏/ }).waitFor();
    }
    await look(lost, 'docs-astray');
    await lost.close();
  });
});
