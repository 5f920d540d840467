// The login by WeChat on a page: a bound account is checked in without typing; an unbound one binds after a login by hand; and
// whatever goes wrong at WeChat ends on the ordinary form. WeChat is played by support/wechat-office.js, on both sides.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { WECHAT_ON_ANDROID, openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { idNumberOf } from './support/demo.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, logInBySms, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';
import { openOffice } from './support/wechat-office.js';

describe('a login by WeChat on a page', () => {
  /** @type {import('./support/wechat-office.js').Office} */ let office;
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;

  before(async () => {
    office = await openOffice();
    // Everything that the server can say, so that a code of WeChat's would be found in it.
    const env = { ...office.settings, ZAICHANG_LOG: 'debug,sqlx=warn,tower=trace,hyper=debug' };
    server = await startServer({ env });
    browser = await openBrowser();
    const organiser = organiserOf(server);
    const course = server.demo.courses[0]?.id ?? 0;
    await organiser.change(course, { profile: 'relaxed' });
    venue = await openVenue(await browser.projector(), (await organiser.openScreen(course)).display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(() => office.is('well'));
  afterEach(nobodyComplains);

  const lead = (/** @type {number} */ which) => {
    const person = server.welcome.people[which];
    assert.ok(person);
    return person;
  };

  /** A phone inside WeChat, in the hands of that WeChat account. @param {string} openid @param {Parameters<typeof office.holds>[2]} [wanted] */
  async function inWechat(openid, wanted) {
    const context = await browser.phone(WECHAT_ON_ANDROID);
    const trip = await office.holds(context, openid, wanted);
    return { context, trip };
  }

  /** @param {import('playwright-core').Page} page */
  const formIsThere = (page) => page.getByLabel('手机号').waitFor();

  /** @type {import('playwright-core').BrowserContext} */ let annsPhone;

  test('who is not bound is shown the form of the scan, logs in, and is checked in', async () => {
    const { context, trip } = await inWechat('ann');
    annsPhone = context;
    const address = await venue.address();
    const page = await openOn(context, address);
    await page.getByText('首次在此微信中使用，请先登录一次。').waitFor();
    await page.getByText(/请在 [0-2]:\d\d 内登录/).waitFor();
    // The very address that was scanned, and nothing of WeChat's in it.
    assert.equal(page.url(), `${server.url}/C/${address.slice(-36)}`);
    assert.equal(trip.visits(), 1);
    await look(page, 'phone-wechat-first-time');
    await logInByPassword(page, lead(1));
    await page.getByRole('img', { name: '已签到' }).waitFor();
    await venue.count(1);
  });

  test('then binds with ID number and text message, beneath the result', async () => {
    const page = annsPhone.pages()[0];
    assert.ok(page);
    await page.getByRole('link', { name: '下次用微信直接登录' }).waitFor();
    await look(page, 'phone-recorded-wechat-offer');
    await page.getByRole('link', { name: '下次用微信直接登录' }).click();
    await says(page, '下次用微信直接登录');
    await page.getByText(`为 ${lead(1).name} 绑定`).waitFor();
    await page.getByRole('button', { name: '绑定' }).click();
    await page.getByText('请填写证件号码').waitFor();
    await look(page, 'phone-wechat-bind-faults');
    await page.getByLabel('证件号码').fill(idNumberOf(lead(0).phone));
    await page.getByLabel('手机号').fill(lead(1).phone);
    const code = await server.smsCode(() => page.getByRole('button', { name: '获取验证码' }).click());
    await page.getByLabel('验证码', { exact: true }).fill(code);
    await page.getByText('姓名、证件号码与手机号不一致').waitFor();
    await look(page, 'phone-wechat-bind-refused');
  });

  test('after a login by text message the ID number alone binds; then a scan is all, and a reload does nothing twice', async () => {
    const { context } = await inWechat('bob');
    const first = await openOn(context, `${server.url}/login`);
    await first.getByText('首次在此微信中使用').waitFor();
    await logInBySms(first, server, lead(0).phone);
    await says(first, '会场签到');
    await first.getByRole('link', { name: '下次用微信直接登录' }).click();
    // The phone has just been proved: there is no second message to wait for.
    await first.getByLabel('证件号码').fill(idNumberOf(lead(0).phone).toLowerCase());
    assert.equal(await first.getByLabel('手机号').count(), 0);
    await look(first, 'phone-wechat-bind');
    await first.getByRole('button', { name: '绑定' }).click();
    await says(first, '已绑定');
    await look(first, 'phone-wechat-bound');
    await first.getByRole('button', { name: '返回' }).click();
    await says(first, '会场签到');
    assert.equal(await first.getByText('下次用微信直接登录').count(), 0);

    const { context: another, trip } = await inWechat('bob');
    const page = await openOn(another, await venue.address());
    await page.getByRole('img', { name: '已签到' }).waitFor();
    await venue.count(2);
    assert.match(page.url(), /\/C\/[A-Z2-7]{36}$/);
    assert.equal(trip.visits(), 1);
    await page.reload();
    await says(page, '您已于');
    assert.equal(trip.visits(), 1);
    const all = server.log.lines.map(({ text }) => text).join('\n');
    assert.ok(all.includes('/login'), 'the log names routes');
    // The text message's code alone is in it: its sender, for want of another one, is the log.
    for (const secret of [...trip.codes, idNumberOf(lead(0).phone)])
      assert.ok(!all.includes(secret), 'no code of WeChat’s and no number is in the log');
  });

  test('a person who is bound undoes it on the start page, and the next scan asks who they are', async () => {
    const { context } = await inWechat('bob');
    const page = await openOn(context, await venue.address());
    await says(page, '您已于');
    await page.goto(server.url);
    await page.getByRole('button', { name: '解除微信绑定' }).click();
    await page.getByText('解除后将退出登录').waitFor();
    await look(page, 'phone-wechat-unbinding');
    await page.getByRole('button', { name: '解除', exact: true }).click();
    await page.getByText('已解除微信绑定').waitFor();
    await look(page, 'phone-wechat-unbound');

    const { context: another } = await inWechat('bob');
    const stranger = await openOn(another, await venue.address());
    await stranger.getByText('首次在此微信中使用，请先登录一次。').waitFor();
  });

  test('a page opened again with its code in the address asks nothing twice', async () => {
    const { context, trip } = await inWechat('carl');
    const page = await openOn(context, `${server.url}/login?back=%2Frecords`);
    await page.getByText('首次在此微信中使用').waitFor();
    const before = office.brought.length;
    const [code] = trip.codes;
    await page.goto(`${server.url}/login?back=%2Frecords&code=${code}&state=0123456789abcdef`);
    await page.getByText('微信登录未完成，请在此登录。').waitFor();
    await formIsThere(page);
    assert.equal(page.url(), `${server.url}/login?back=%2Frecords`);
    assert.deepEqual([office.brought.length, trip.visits()], [before, 1]);
    await look(page, 'phone-wechat-unfinished');
    await page.getByRole('button', { name: '用微信登录' }).click();
    await page.getByText('首次在此微信中使用').waitFor();
    assert.equal(trip.visits(), 2);
  });

  for (const [what, wanted, mood, words] of /** @type {const} */ ([
    ['WeChat is busy', {}, 'busy', '微信登录暂不可用。可用手机号登录，签到不受影响。'],
    ['the page is a snapshot', { snapshot: true }, 'well', '当前为微信快照页'],
    ['WeChat gives no code', { page: 'refused' }, 'well', '微信登录未完成，请在此登录。'],
    ['WeChat’s API is silent', {}, 'silent', '微信登录暂不可用。可用手机号登录，签到不受影响。'],
    ['WeChat’s page never comes', { page: 'none' }, 'well', '微信登录未完成，请在此登录。'],
  ])) {
    test(`where ${what}, the form is shown with a sentence and the scan is not lost`, async () => {
      office.is(mood);
      const { context, trip } = await inWechat('dora', wanted);
      const page = await context.newPage();
      const address = await venue.address();
      await page.goto(address);
      await formIsThere(page);
      await page.getByText(words).waitFor();
      await page.getByText(/请在 [0-2]:\d\d 内登录/).waitFor();
      assert.equal(trip.visits(), 1);
      await look(
        page,
        `phone-wechat-${'page' in wanted ? wanted.page : 'snapshot' in wanted ? 'snapshot' : mood}`,
      );
      office.is('well');
      await page.reload();
      await formIsThere(page);
      assert.equal(trip.visits(), 1);
    });
  }

  test('back from WeChat’s page by the browser’s own button leads to the form', async () => {
    const { context, trip } = await inWechat('emil');
    await context.unroute('https://open.weixin.qq.com/**');
    await context.route('https://open.weixin.qq.com/**', (route) =>
      route.fulfill({ contentType: 'text/html; charset=utf-8', body: '<h1>微信</h1>' }),
    );
    const page = await openOn(context, await venue.address());
    await page.getByRole('heading', { name: '微信', exact: true }).waitFor();
    await page.goBack();
    await formIsThere(page);
    await page.getByText('微信登录未完成，请在此登录。').waitFor();
    assert.equal(trip.visits(), 0);
  });

  test('while WeChat is asked the page says so, and another way is one press away', async () => {
    office.is('silent');
    const { context } = await inWechat('fred');
    const page = await openOn(context, await venue.address());
    await says(page, '正在用微信登录');
    await page.getByRole('button', { name: '改用手机号登录' }).click();
    await formIsThere(page);
  });

  test('outside WeChat, and in 企业微信, no one is sent there', async () => {
    for (const agent of [undefined, `${WECHAT_ON_ANDROID} wxwork/4.1.0`]) {
      const context = await browser.phone(agent);
      const trip = await office.holds(context, 'gerd');
      const page = await openOn(context, await venue.address());
      await formIsThere(page);
      assert.equal(trip.visits(), 0);
    }
  });
});
