// The phone's pages inside WeChat: its own scanner is used where it is available, and elsewhere the page works without it.
// WeChat's side is simulated by support/wechat.js; nothing of it is loaded anywhere else.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { WECHAT_ON_ANDROID, WECHAT_ON_IOS, openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';
import { putWechatAround } from './support/wechat.js';

describe('the phone’s pages inside WeChat', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    const organiser = organiserOf(server);
    const course = server.demo.courses[0]?.id ?? 0;
    await organiser.change(course, { profile: 'relaxed' });
    venue = await openVenue(await browser.projector(), (await organiser.openScreen(course)).display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(nobodyComplains);

  const onTheWall = async () => [...venue.codes.values()].at(-1)?.url ?? '';
  const scan = (/** @type {import('playwright-core').Page} */ page) =>
    page.getByRole('link', { name: '扫码签到' }).click();

  /** @param {Parameters<typeof putWechatAround>[1]} wanted */
  async function inWechat(wanted, agent = WECHAT_ON_ANDROID, path = '/') {
    const context = await browser.phone(agent);
    const wechat = await putWechatAround(context, wanted);
    return { page: await openOn(context, server.url + path), wechat };
  }

  test('its scanner reads the wall, the page checks in, and the way back scans nothing', async () => {
    const person = server.welcome.people[1];
    assert.ok(person);
    const { page, wechat } = await inWechat({ scan: onTheWall }, WECHAT_ON_ANDROID, '/login');
    await logInByPassword(page, person);
    await says(page, '会场签到');
    let sent = 0;
    page.on('request', (request) => (sent += Number(request.url().endsWith('/check-ins'))));
    await scan(page);
    await page.getByRole('img', { name: '已签到' }).waitFor();
    assert.deepEqual(wechat.signed, [`${server.url}/`]);
    const [{ appId, nonceStr, signature, jsApiList }] = wechat.configs;
    assert.deepEqual(
      { appId, nonceStr, signature, jsApiList },
      {
        appId: 'wx0123456789abcdef',
        nonceStr: 'Wm3WZYTPz0wzccnW',
        signature: '0f9d',
        jsApiList: ['scanQRCode'],
      },
    );
    await page.goBack();
    await says(page, '会场签到');
    assert.equal(sent, 1);
    await venue.count(1);
  });

  test('on iOS the address by which the page was opened is signed', async () => {
    const { page, wechat } = await inWechat({}, WECHAT_ON_IOS, '/login');
    await says(page, '登录');
    await page.getByRole('button', { name: '返回' }).click();
    await says(page, '会场签到');
    await scan(page);
    // Its scanner was closed: the page is where it was.
    await says(page, '会场签到');
    await page.waitForURL(`${server.url}/`);
    assert.deepEqual(wechat.signed, [`${server.url}/login`]);
  });

  test('what is no check-in code is named, and another try is one press away', async () => {
    const texts = ['wxp://f2f0abcdef', await onTheWall()];
    const { page } = await inWechat({ scan: async () => texts.shift() ?? null });
    await scan(page);
    await says(page, '这是收付款码');
    await look(page, 'phone-wechat-foreign');
    texts[0] = await onTheWall();
    await page.getByRole('button', { name: '再试一次' }).click();
    await says(page, '登录后自动签到');
  });

  test('while its scanner is being opened the page says so', async () => {
    const { page } = await inWechat({ scan: () => new Promise(() => {}) });
    await scan(page);
    await says(page, '正在打开“扫一扫”');
    await look(page, 'phone-wechat-opening');
  });

  for (const [what, wanted, scripts] of /** @type {const} */ ([
    ['its script cannot be loaded', { script: false }, 1],
    ['no Official Account is configured', { configured: false }, 0],
    ['the signature is refused', { valid: false }, 1],
  ])) {
    test(`where ${what}, the page’s own camera is used`, async () => {
      const { page, wechat } = await inWechat(wanted);
      await scan(page);
      // This browser has no camera: that the page says so shows that it looked for one.
      await says(page, '未找到相机');
      assert.equal(wechat.scripts(), scripts);
    });
  }

  test('outside WeChat nothing of it is asked for', async () => {
    const context = await browser.phone();
    const wechat = await putWechatAround(context);
    const page = await openOn(context, server.url);
    await scan(page);
    await says(page, '未找到相机');
    assert.deepEqual([wechat.scripts(), wechat.signed], [0, []]);
  });
});
