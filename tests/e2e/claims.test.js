// Doctors whose document number is taken when they register: one holds the phone of record and is logged in at once; one has lost it, sends
// a photo of the document, is returned, sends another, is approved in the console beside that photo, and logs in.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { idNumberOf } from './support/demo.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { logInBySms, says } from './support/phone.js';

/** @typedef {import('playwright-core').Page} Page */

const HOLDS = '13900002468';
const LOST = '13900002469';

describe('claiming a number that is taken', () => {
  /** @type {import('./support/console.js').Console} */ let desk;
  /** Whose old phone is at hand, and whose is lost. @type {Page} */ let holds;
  /** @type {Page} */ let lost;
  /** @type {Buffer} */ let photo;

  before(async () => {
    desk = await openConsole();
    photo = await card();
  });
  after(endAll);
  afterEach(nobodyComplains);

  const press = (/** @type {Page} */ on, /** @type {string | RegExp} */ name) =>
    on.getByRole('button', { name }).or(on.getByRole('link', { name })).first().click();

  /** What stands for a photo of a document. */
  async function card() {
    const page = await (await desk.browser.desktop()).newPage();
    await page.setViewportSize({ width: 1200, height: 760 });
    await page.setContent(
      '<body style="margin:0;background:linear-gradient(120deg,#dfe9ef,#c3d8d2);font:48px sans-serif"><div style="padding:80px">姓名　样张<br><br>公民身份号码<br>此处为证件照片</div></body>',
    );
    const bytes = await page.screenshot({ type: 'jpeg', quality: 80 });
    await page.close();
    return bytes;
  }

  /** A newcomer's phone, up to the number that is taken. @param {string} phone @param {{ name: string, phone: string }} person */
  async function meets(phone, person) {
    const page = await (await desk.browser.phone()).newPage();
    await page.goto(`${desk.server.url}/login`);
    await logInBySms(page, desk.server, phone);
    await says(page, '注册须知');
    await press(page, '同意并继续');
    await says(page, '姓名与证件');
    await enters(page, person);
    return page;
  }

  /** @param {Page} page @param {{ name: string, phone: string }} person */
  async function enters(page, person) {
    await page.getByLabel('真实姓名').fill(person.name);
    await page.getByLabel('证件号码').fill(idNumberOf(person.phone));
    await press(page, '保存并继续');
    await says(page, '该证件号码已注册');
  }

  const person = (/** @type {number} */ at) => desk.server.welcome.people[at] ?? { name: '', phone: '' };

  test('who goes back finds what was typed, and the page tells no more than that it is taken', async () => {
    holds = await meets(HOLDS, person(1));
    await look(holds, 'phone-number-taken');
    const shown = await holds.locator('main').innerText();
    assert.ok(!shown.includes(person(1).phone.slice(7)) && !shown.includes('医院'), shown);
    await press(holds, '返回核对证件号码');
    await says(holds, '姓名与证件');
    assert.equal(await holds.getByLabel('证件号码').inputValue(), idNumberOf(person(1).phone));
    await press(holds, '保存并继续');
    await says(holds, '该证件号码已注册');
  });

  test('a code to the phone of record makes it theirs at once; one to another phone does not', async () => {
    await holds.getByLabel('注册时的手机号').fill(person(0).phone);
    let code = await desk.server.smsCode(() => press(holds, '获取验证码'));
    await holds.getByLabel('验证码', { exact: true }).fill(code);
    await holds.getByText('该手机号与证件号码的注册信息不符').waitFor();
    await look(holds, 'phone-claim-other-phone');
    // A form asks for one message a minute: this is another one.
    await holds.reload();
    await says(holds, '姓名与证件');
    await enters(holds, person(1));
    await holds.getByLabel('注册时的手机号').fill(person(1).phone);
    code = await desk.server.smsCode(() => press(holds, '获取验证码'));
    await holds.getByLabel('验证码', { exact: true }).fill(code);
    await says(holds, '认领成功');
    await look(holds, 'phone-claim-done');
    await press(holds, '首页');
    await holds.getByText(person(1).name).first().waitFor();
  });

  test('who has lost it sends a photo, and reads what is missing before', async () => {
    lost = await meets(LOST, person(0));
    await lost.getByText('证件照片', { exact: true }).click();
    await press(lost, '提交认领');
    await lost.getByText('请拍摄或选择证件照片').waitFor();
    await look(lost, 'phone-claim-faults');
    await lost
      .locator('input[type=file]')
      .setInputFiles({ name: '证件.jpg', mimeType: 'image/jpeg', buffer: photo });
    await lost.getByLabel('认领原因').selectOption({ label: '原手机遗失' });
    await lost.getByLabel('补充说明（选填）').fill('在儿科工作');
    await lost.getByAltText('所选的证件照片').waitFor();
    await look(lost, 'phone-claim-photo');
    await press(lost, '提交认领');
    await says(lost, '认领已提交，等待审核');
    await look(lost, 'phone-claim-waits');
  });

  test('the unit sees both sides and the photo, and returns it; another photo is sent', async () => {
    const { page, button, link } = desk;
    await desk.open('registrations');
    await desk.logIn();
    await link('号码认领（1 份待审核）').click();
    await page.getByRole('link', { name: `审核 ${person(0).name} 的认领` }).waitFor();
    await look(page, 'console-claims');
    await page.getByRole('link', { name: `审核 ${person(0).name} 的认领` }).click();
    await page.getByText('原手机遗失；在儿科工作').waitFor();
    await look(page, 'console-claim');
    await button('查看证件照片').click();
    await page.getByAltText(`${person(0).name}提交的证件照片`).waitFor();
    await look(page, 'console-claim-photo');
    await button('退回').click();
    await page.getByLabel('照片不清晰，请重新拍摄').check();
    await button('退回认领').click();
    await page.getByText('已退回', { exact: true }).first().waitFor();

    await press(lost, '查看审核结果');
    await says(lost, '认领已退回');
    await lost.getByText('照片不清晰，请重新拍摄').waitFor();
    await look(lost, 'phone-claim-returned');
    await press(lost, '核对证件号码');
    await says(lost, '姓名与证件');
    await enters(lost, person(0));
    await lost.getByText('证件照片', { exact: true }).click();
    await lost
      .locator('input[type=file]')
      .setInputFiles({ name: '证件.jpg', mimeType: 'image/jpeg', buffer: photo });
    await lost.getByLabel('认领原因').selectOption({ label: '原手机遗失' });
    await press(lost, '提交认领');
    await says(lost, '认领已提交，等待审核');
  });

  test('once approved, the new phone logs in as the person of that number', async () => {
    const { page, button } = desk;
    await page.reload();
    await button('查看证件照片').click();
    await page.getByAltText(`${person(0).name}提交的证件照片`).waitFor();
    await button(/^通过$/).click();
    await page.getByRole('dialog').getByText(`更换为 139****2469`).waitFor();
    await look(page, 'console-claim-approve');
    await button('通过认领').click();
    await page.getByText('已通过').first().waitFor();
    await look(page, 'console-claim-approved');

    await press(lost, '查看审核结果');
    await says(lost, '认领已通过');
    await look(lost, 'phone-claim-approved');
    // On another device: this one has just been sent a message.
    const other = await (await desk.browser.phone()).newPage();
    await other.goto(`${desk.server.url}/login`);
    await logInBySms(other, desk.server, LOST);
    await other.getByText(person(0).name).first().waitFor();
  });
});
