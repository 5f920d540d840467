// Every page and answer that a phone can meet outside the main way: logins, records, receipts and refusals, each with its
// next step. The codes are the venue page's own; the courses are changed as an organiser would.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser, PRIVACY_VERSION } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { idNumberOf } from './support/demo.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

describe('the phone', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {ReturnType<typeof organiserOf>} */ let organiser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('playwright-core').Page} */ let phone;
  let course = 0;
  let screen = 0;

  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    organiser = organiserOf(server);
    course = server.demo.courses[0]?.id ?? 0;
    // Pictures of a busy machine take seconds; the strict profile has its own tests.
    await organiser.change(course, { profile: 'relaxed' });
    const opened = await organiser.openScreen(course);
    screen = opened.screen;
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    phone = await (await browser.phone()).newPage();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const press = (/** @type {string} */ name) =>
    phone.getByRole('button', { name }).or(phone.getByRole('link', { name })).first().click();
  const lead = (/** @type {number} */ which) => {
    const person = server.welcome.people[which];
    assert.ok(person);
    return person;
  };

  /** @param {string} words @param {string} code */
  async function isRefused(words, code) {
    await says(phone, words);
    await look(phone, `phone-refused-${code}`);
  }

  test('the start page says what to do, and a login names each fault at its field', async () => {
    await phone.goto(server.url);
    await says(phone, '会场签到');
    await look(phone, 'phone-home');
    await press('登录');
    await says(phone, '登录');
    await phone.getByLabel('手机号').fill('1990000000');
    await press('登录');
    await phone.getByText('手机号应为 11 位数字').waitFor();
    await phone.getByText('请填写此项').waitFor();
    await look(phone, 'phone-login-faults');
  });

  test('a wrong code from the text message is refused and the right one still counts', async () => {
    await phone.getByLabel('手机号').fill(lead(0).phone);
    const right = await server.smsCode(() => press('获取验证码'));
    const wrong = right === '000000' ? '111111' : '000000';
    await phone.getByLabel('验证码', { exact: true }).fill(wrong);
    await phone.getByText('验证码不正确或已失效').waitFor();
    await look(phone, 'phone-login-refused');
    await phone.getByLabel('验证码', { exact: true }).fill(right);
    await phone.getByText(lead(0).name).waitFor();
    await look(phone, 'phone-home-known');
  });

  test('records that are not there yet are announced, and a check-in is told in large type and in English', async () => {
    await press('我的签到记录');
    await phone.getByText('暂无签到记录').waitFor();
    await look(phone, 'phone-records-none');

    await openOn(phone.context(), await venue.address());
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    await press('大字');
    await look(phone, 'phone-recorded-large');
    await press('English');
    await phone.getByRole('img', { name: 'Checked in' }).waitFor();
    await look(phone, 'phone-recorded-large-english');
    await press('Large text');
    await press('中文');
  });

  test('the records list it, and its receipt convinces anybody without giving the name away', async () => {
    await press('我的签到记录');
    await phone.getByText('已显示全部记录').waitFor();
    await look(phone, 'phone-records');
    await phone.getByRole('link', { name: server.demo.courses[0]?.title }).click();
    await says(phone, '回执有效');
    const staff = await openOn(await browser.phone(), phone.url());
    await says(staff, '回执有效');
    await staff.getByText(/^王\*/).waitFor();
    assert.equal(await staff.getByText(lead(0).name).count(), 0);
    await look(staff, 'phone-receipt');
    await staff.goto(`${phone.url().slice(0, -6)}AAAAAA`);
    await says(staff, '未查询到该回执');
    await look(staff, 'phone-receipt-refused');
  });

  test('the way back from records and receipt leads to the result, and nothing is sent again', async () => {
    let sent = 0;
    const count = (/** @type {import('playwright-core').Request} */ request) =>
      (sent += Number(
        /\/(scans|check-ins)$/.test(new URL(request.url()).pathname) && request.method() === 'POST',
      ));
    phone.on('request', count);
    await phone.goBack();
    await phone.getByText('已显示全部记录').waitFor();
    await phone.goBack();
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    await phone.reload();
    await says(phone, '您已于');
    await phone.getByRole('link', { name: '在场' }).click();
    await says(phone, '会场签到');
    phone.off('request', count);
    assert.equal(sent, 0);
  });

  test('a login on a phone that was lost is ended from another one', async () => {
    const lost = await openOn(await browser.phone(), `${server.url}/login`);
    await logInByPassword(lost, lead(0));
    await lost.getByText(lead(0).name).waitFor();
    await press('登录设备');
    await phone.getByText('本机', { exact: true }).waitFor();
    await look(phone, 'phone-logins');
    await phone.getByRole('button', { name: /^退出 网页/ }).click();
    await phone.getByText('已退出 1 处登录').waitFor();
    await phone.getByText('仅本机登录').waitFor();
    await look(phone, 'phone-logins-only-this');
    await lost.goto(`${server.url}/records`);
    await says(lost, '登录');
    await phone.goBack();
    await says(phone, '会场签到');
  });

  test('on a phone that has checked somebody in, no one else is', async () => {
    await phone.goto(server.url);
    await press('退出登录');
    // Its words hold those of the login, which comes when the server has answered.
    await phone.getByText('退出登录').waitFor({ state: 'detached' });
    await press('登录');
    await phone.getByText('账号密码').click();
    await look(phone, 'phone-login-password');
    await logInByPassword(phone, lead(1));
    await says(phone, '会场签到');
    await phone.goto(await venue.address());
    await isRefused('这部手机今天已为他人签到', 'device_in_use');
  });

  test('a person whose unit has not approved them is told so at the login', async () => {
    phone = await openOn(await browser.phone(), await venue.address());
    await says(phone, '登录后自动签到');
    await logInByPassword(phone, lead(2));
    await phone.getByText('注册尚未审核通过').waitFor();
    await look(phone, 'phone-login-not_approved');
  });

  test('a full course refuses the next person, who can show it to the staff', async () => {
    phone = await openOn(await browser.phone(), `${server.url}/login`);
    await logInByPassword(phone, lead(1));
    await says(phone, '会场签到');
    await organiser.change(course, { cap: 1 });
    await venue.mood('full');
    await phone.goto(await venue.address());
    await isRefused('签到人数已满', 'cap_reached');
    await press('出示给会务人员');
    await phone.getByText('请会务人员查看').waitFor();
    await phone.getByText(lead(1).name).waitFor();
    await look(phone, 'phone-refused-staff');
    await organiser.change(course, { cap: null });
    await venue.mood('open');
  });

  test('outside the opening hours the phone says when, or that it is over', async () => {
    for (const [hours, words, code] of /** @type {const} */ ([
      [{ opens: '23:58', closes: '24:00' }, '签到尚未开始', 'course_not_open'],
      [{ opens: '00:00', closes: '00:01' }, '今天的签到已结束', 'course_over'],
    ])) {
      const address = await venue.address();
      await organiser.change(course, hours);
      await phone.goto(address);
      await isRefused(words, code);
      await organiser.change(course, { opens: '00:00', closes: '24:00' });
    }
  });

  test('a code that is cut off, made up, or of a closed screen is refused, each in its own words', async () => {
    const address = await venue.address();
    await phone.goto(address.slice(0, -4));
    await isRefused('无法识别签到码', 'code_malformed');
    await phone.goto(`${address.slice(0, -8)}AAAAAAAA`);
    await isRefused('签到码无法核实', 'code_forged');
    const last = await venue.address();
    await organiser.closeScreen(screen);
    await phone.goto(last);
    await isRefused('该屏幕已停止签到', 'screen_closed');
    await venue.mood('closed');
  });

  test('a phone without a camera is told what to do instead', async () => {
    await press('重新扫码');
    await says(phone, '未找到相机');
    await look(phone, 'phone-camera-none');
  });

  test('before a phone’s first login stands the privacy notice, once', async () => {
    const page = await openOn(await browser.phone(undefined, { first: true }), `${server.url}/login`);
    await says(page, '隐私说明');
    await page.getByText(`版本：${PRIVACY_VERSION}`).waitFor();
    await look(page, 'phone-privacy');
    await page.getByRole('button', { name: '暂不同意' }).click();
    await page.getByText('可请会务人员协助签到').waitFor();
    const kept = page.waitForResponse('**/api/v1/me/privacy-consents');
    await page.getByRole('button', { name: '同意并继续' }).click();
    await logInByPassword(page, lead(1));
    assert.equal((await kept).status(), 204);
    await says(page, '会场签到');
    await page.goto(`${server.url}/login`);
    await page.getByLabel('手机号').waitFor();
  });

  test('an account and its password are set by their owner, who then logs in with them', async () => {
    const page = await openOn(await browser.phone(), `${server.url}/login`);
    await logInByPassword(page, lead(0));
    await page.getByRole('link', { name: '登录设备' }).click();
    await page.getByRole('link', { name: '设置或修改账号密码' }).click();
    await says(page, '账号密码');
    await look(page, 'phone-own-password');
    await page.getByLabel('姓名').fill(lead(0).name);
    await page.getByLabel('证件号码').fill(idNumberOf(lead(0).phone));
    await page.getByLabel('登录手机号').fill(lead(0).phone);
    const code = await server.smsCode(() => page.getByRole('button', { name: '获取验证码' }).click());
    await page.getByLabel('验证码', { exact: true }).fill(code);
    const account = page.getByLabel('账号', { exact: true });
    await account.waitFor();
    assert.equal(await account.inputValue(), lead(0).account, 'the one that stands is there');
    await account.fill('WangWei.1985');
    await page.getByLabel('新密码', { exact: true }).fill('aaaaaaaaaaaa');
    await page.getByLabel('再次输入新密码').fill('aaaaaaaaaaab');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('两次输入的密码不一致').waitFor();
    await page.getByLabel('再次输入新密码').fill('aaaaaaaaaaaa');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('密码过于简单').waitFor();
    await look(page, 'phone-own-password-new');
    for (const field of ['新密码', '再次输入新密码'])
      await page.getByLabel(field, { exact: true }).fill('Chufang-2026');
    await page.getByRole('button', { name: '保存' }).click();
    await says(page, '账号密码已设置');
    await page.getByText('wangwei.1985').waitFor();
    await look(page, 'phone-own-password-done');
    const other = await openOn(await browser.phone(), `${server.url}/login`);
    await logInByPassword(other, { ...lead(0), account: 'wangwei.1985', password: 'Chufang-2026' });
    await says(other, '会场签到');
  });

  test('a mobile number is replaced by its owner, who then logs in with the new one', async () => {
    const page = await openOn(await browser.phone(), `${server.url}/login`);
    await logInByPassword(page, lead(1));
    await page.getByRole('link', { name: '更换手机号' }).click();
    await says(page, '更换手机号');
    await look(page, 'phone-own-phone');
    await page.getByText('姓名与证件', { exact: true }).click();
    await page.getByText('每日限 5 次').waitFor();
    await look(page, 'phone-own-phone-document');
    await page.getByText('原手机号', { exact: true }).first().click();
    const send = page.getByRole('button', { name: '获取验证码' });
    await page.getByLabel('原手机号', { exact: true }).last().fill(lead(1).phone);
    const toOld = await server.smsCode(() => send.click());
    await page.getByLabel('验证码', { exact: true }).fill(toOld);
    await page.getByLabel('新手机号').fill('13911112222');
    const toNew = await server.smsCode(() => send.click());
    await look(page, 'phone-own-phone-new');
    await page.getByLabel('验证码', { exact: true }).fill(toNew);
    await says(page, '手机号已更换');
    await page.getByText('139****2222').waitFor();
    await look(page, 'phone-own-phone-done');
  });
});
