// What reality brings to a phone's pages that no example does: long names and rare characters, hundreds of records, English,
// pages and cameras that do not come, no scripts, thumbs that tap twice.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { layOut } from './support/laid-out.js';
import { look } from './support/look.js';
import { openOn, says } from './support/phone.js';
import {
  AT,
  COURSE,
  DEFERRED,
  HELD,
  LONG_COURSE,
  RECEIPT,
  checkIn,
  openWith,
} from './support/phone-storage.js';

/** @typedef {import('playwright-core').Page} Page */

const RARE = {
  name: '𠮷田・买买提·艾力玛合木提',
  unit: '新疆维吾尔自治区巴音郭楞蒙古自治州和静县巴音布鲁克镇中心卫生院暨紧密型县域医共体分院',
  department: '全科医学科',
  title: '副主任医师',
};

describe('the phone in reality', () => {
  /** @type {import('./support/laid-out.js').LaidOut} */ let scene;
  before(async () => (scene = await layOut()));
  after(endAll);
  afterEach(nobodyComplains);

  test('a person with a rare and long name, of a unit with a long one', async () => {
    await scene.tell({ me: { id: scene.person, ...RARE } });
    await scene.phone.goto(scene.server.url);
    await scene.phone.getByText(RARE.name).waitFor();
    await look(scene.phone, 'phone-state-home-long');
    await openWith(scene.phone, scene.address, {
      state: 'refused',
      person: scene.person,
      seen: true,
      course: LONG_COURSE,
      problem: { code: 'person_not_approved', status: 403, request_id: '4f1c2a90b7d34e55' },
    });
    await scene.phone.getByRole('button', { name: '出示给会务人员' }).click();
    await scene.phone.getByText(RARE.name).waitFor();
    await look(scene.phone, 'phone-state-staff-long');
    await scene.tell(null);
    const attested = { ...checkIn(LONG_COURSE), name: '𠮷*提', unit: RARE.unit };
    await scene.tell({ attested, refusal: null });
    await scene.phone.goto(`${scene.server.url}/v/${RECEIPT}`);
    await says(scene.phone, '回执有效');
    await look(scene.phone, 'phone-state-receipt-long');
    await scene.tell(null);
  });

  test('no records, three hundred records, and records that do not come', async () => {
    const record = (/** @type {number} */ which) => {
      const at = new Date(Date.parse(AT) - which * 5 * 3600_000).toISOString();
      const day = new Date(Date.parse(at) + 8 * 3600_000).toISOString().slice(0, 10);
      const course = which % 7 === 3 ? LONG_COURSE : COURSE;
      const source = which % 5 === 4 ? 'assisted' : 'scan';
      const receipt = RECEIPT.slice(0, -3) + String(which).padStart(3, '0');
      return { check_in: { ...checkIn(course), at, day, source }, receipt };
    };
    let away = true;
    await scene.phone.route('**/api/v1/me/check-ins?*', (route) => {
      if (away) return route.abort('internetdisconnected');
      const from = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
      const items = Array.from({ length: 20 }, (_, place) => record(from + place));
      return route.fulfill({ json: { items, next: from + 20 < 300 ? String(from + 20) : null } });
    });
    await scene.phone.goto(`${scene.server.url}/records`);
    await scene.phone.getByText('网络连接失败').waitFor();
    await look(scene.phone, 'phone-state-records-failed');
    away = false;
    await scene.phone.getByRole('button', { name: '再试一次' }).click();
    const rows = scene.phone.locator('.row');
    await rows.nth(19).waitFor();
    await look(scene.phone, 'phone-state-records-more');
    for (let shown = 20; shown < 300; shown += 20) {
      await scene.phone.getByRole('button', { name: '更早的记录' }).click();
      await rows.nth(shown + 19).waitFor();
    }
    await scene.phone.getByText('已显示全部记录').waitFor();
    assert.equal(await rows.count(), 300);
    await scene.phone.unroute('**/api/v1/me/check-ins?*');
  });

  test('in English', async () => {
    const english = (/** @type {Page} */ page, /** @type {boolean} */ on) =>
      page.evaluate((on) => localStorage.setItem('zaichang.language', on ? 'en' : 'zh'), on);
    await english(scene.stranger, true);
    await scene.stranger.goto(scene.server.url);
    await says(scene.stranger, 'Check in at the venue');
    await look(scene.stranger, 'phone-state-english-home');
    await openWith(scene.stranger, scene.address, { state: 'needs_login', pass: 'a-pass', person: null });
    await says(scene.stranger, 'Log in to check in');
    await look(scene.stranger, 'phone-state-english-login');
    await english(scene.stranger, false);
    await english(scene.phone, true);
    await openWith(scene.phone, scene.address, {
      state: 'refused',
      person: scene.person,
      seen: true,
      problem: { code: 'outside_period', status: 409 },
    });
    await says(scene.phone, 'Today is outside the declared period');
    await look(scene.phone, 'phone-state-english-refused');
    await scene.phone.getByRole('button', { name: 'Show to staff' }).click();
    await says(scene.phone, 'For the staff');
    await look(scene.phone, 'phone-state-english-staff');
    scene.answer((route) => route.fulfill({ status: 202, json: DEFERRED }));
    await openWith(scene.phone, scene.address, { ...HELD, person: scene.person });
    await says(scene.phone, 'Waiting for the service');
    await look(scene.phone, 'phone-state-english-waiting');
    scene.answer(() => {});
    await english(scene.phone, false);
  });

  test('a page whose own code does not come', async () => {
    const page = await (await scene.browser.phone()).newPage();
    await page.route(/\/assets\/h5\/home-page-.*\.js$/, (route) => route.abort('internetdisconnected'));
    await page.goto(scene.server.url);
    await says(page, '网络连接失败');
    await look(page, 'phone-state-not-loaded');
  });

  for (const [fault, name] of /** @type {const} */ ([
    ['denied', 'NotAllowedError'],
    ['in_use', 'NotReadableError'],
    ['insecure', ''],
  ])) {
    test(`a camera: ${fault}`, async () => {
      const page = await (await scene.browser.phone()).newPage();
      await page.addInitScript((name) => {
        const getUserMedia = name && (() => Promise.reject(new DOMException('', name)));
        Object.defineProperty(navigator, 'mediaDevices', {
          value: { getUserMedia: getUserMedia || undefined },
        });
      }, name);
      await page.goto(`${scene.server.url}/#scan`);
      await page.locator('.notice h1').waitFor();
      await look(page, `phone-state-camera-${fault}`);
    });
  }

  test('without scripts the page says what to do instead', async () => {
    const context = await scene.browser.phone(undefined, { scripts: false });
    const page = await openOn(context, scene.address);
    const instead = page.locator('noscript p');
    await instead.waitFor();
    assert.match(await instead.innerText(), /请会务人员协助签到/);
    assert.equal(await page.getByText('正在打开').isVisible(), false);
  });

  test('what is typed by hand: keyboards, no zoom, one code for one tap, and two taps are one', async () => {
    await scene.stranger.goto(`${scene.server.url}/login`);
    for (const [label, mode, fill] of [
      ['手机号', 'tel', 'tel'],
      ['验证码', 'numeric', 'one-time-code'],
    ]) {
      const field = scene.stranger.getByLabel(label ?? '', { exact: true });
      assert.equal(await field.getAttribute('inputmode'), mode);
      assert.equal(await field.getAttribute('autocomplete'), fill);
      const size = await field.evaluate((input) => parseFloat(getComputedStyle(input).fontSize));
      assert.ok(size >= 16, `${label}: ${size} px, and iOS zooms below 16`);
    }
    let asked = 0;
    let answer = () => {};
    const pressed = new Promise((resolve) => (answer = () => resolve(undefined)));
    await scene.stranger.route('**/api/v1/sessions', (route) => {
      asked += 1;
      void pressed.then(() => route.abort());
    });
    await scene.stranger.getByLabel('手机号').fill('19912345678');
    await scene.stranger.getByLabel('验证码', { exact: true }).fill('123456');
    // The tests' browser would wait until the button can be pressed again; people do not.
    await scene.stranger.getByRole('button', { name: '正在登录', exact: true }).dblclick({ force: true });
    answer();
    await scene.stranger.getByRole('alert').filter({ hasText: '网络连接失败' }).waitFor();
    assert.equal(asked, 1);
    await scene.stranger.unroute('**/api/v1/sessions');
  });

  test('nothing moves for people who have asked for that', async () => {
    await scene.phone.emulateMedia({ reducedMotion: 'reduce' });
    await openWith(scene.phone, scene.address, { ...HELD, person: scene.person });
    await says(scene.phone, '正在签到');
    const turns = await scene.phone
      .locator('.seal-run')
      .evaluate((mark) => getComputedStyle(mark).animationDuration);
    assert.ok(parseFloat(turns) < 0.001, turns);
    await scene.phone.emulateMedia({ reducedMotion: null });
  });
});
