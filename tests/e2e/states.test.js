// Every state and every refusal that a phone's pages can show, looked at one by one; and what reality brings that no example
// does: long names, rare characters, hundreds of records, a phone on its side, no camera, no scripts.
// How these states come about is told by the other tests; here the server's answers and the phone's memory are laid out.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './stage/browser.js';
import { nobodyComplains } from './stage/complaints.js';
import { endAll } from './stage/ends.js';
import { look } from './stage/look.js';
import { organiserOf } from './stage/organiser.js';
import { logInByPassword, openOn, told } from './stage/phone.js';
import { startServer } from './stage/server.js';
import { AT, COURSE, RECEIPT, checkIn, lay, openWith } from './stage/shelf.js';
import { openVenue } from './stage/venue.js';

/** @typedef {import('playwright-core').Page} Page */

const WORDS = new URL('../../mobile-bridge/core/src/words/refusals/', import.meta.url);
/** The catalogue's codes, as its files name them. */
const CODES = readdirSync(WORDS)
  .filter((file) => file.startsWith('about-'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, WORDS), 'utf8').matchAll(
      /^ {2}([a-z_]+): (?:refusal|page_is_old|wechat_away)\(/gm,
    ),
  ])
  .map(([, code = '']) => code);

const LONG = {
  ...COURSE,
  title:
    '基层医疗卫生机构常见心律失常的心电图判读、远程会诊流程与急诊转诊指征：从规范化采集到质量控制的实践与思考（第二十三期）',
  project_number: '2025-11-01-033-2026-0000147 (国)',
  project_name:
    '国家级继续医学教育项目——新疆维吾尔自治区巴音郭楞蒙古自治州基层卫生专业技术人员急诊急救能力提升暨适宜技术推广学习班',
  venue: '新疆维吾尔自治区巴音郭楞蒙古自治州人民医院门诊综合楼二十二层国际学术交流中心第一报告厅',
  place: 'Hall-B-overflow-room-with-a-very-long-unbroken-name',
};
const RARE = {
  name: '𠮷田・买买提·艾力玛合木提',
  unit: '新疆维吾尔自治区巴音郭楞蒙古自治州和静县巴音布鲁克镇中心卫生院暨紧密型县域医共体分院',
  department: '全科医学科',
  title: '副主任医师',
};

describe('every state of the phone', () => {
  /** @type {import('./stage/server.js').Server} */ let server;
  /** @type {import('./stage/browser.js').Browser} */ let browser;
  /** @type {Page} */ let phone;
  /** Nobody is logged in on it. @type {Page} */ let stranger;
  let address = '';
  let person = 0;
  /** How a check-in is answered: not at all, unless a state says so. @type {(route: import('playwright-core').Route) => void} */
  let answers = () => {};

  before(async () => {
    server = await startServer();
    browser = await openBrowser();
    const opened = await organiserOf(server).openScreen(server.demo.courses[0]?.id ?? 0);
    const venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    // Its last figures are not the screen's: the server lets it be, and the phone's memory speaks.
    address = `${(await venue.address()).slice(0, -8)}AAAAAAAA`;
    await venue.page.close();
    stranger = await openOn(await browser.phone(), server.url);
    phone = await openOn(await browser.phone(), `${server.url}/login`);
    const lead = server.welcome.people[1];
    assert.ok(lead);
    await logInByPassword(phone, lead);
    await told(phone, '会场签到');
    const me = await phone.evaluate(() => fetch('/api/v1/me').then((response) => response.json()));
    person = me.id;
    // Nothing laid out here is to reach the server, and none of it is to be answered.
    await phone.route('**/api/v1/check-ins', (route) => answers(route));
  });
  after(endAll);
  afterEach(nobodyComplains);

  /** The pages' own facts, with some of them changed. @param {Page} page @param {object} facts */
  async function boot(page, facts) {
    await page.route(/^[^?]*\/(C\/[^/]*|v\/[^/]*|login|records)?(\?.*)?$/, async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const response = await route.fetch();
      const html = await response.text();
      const body = html.replace(/(id="boot"[^>]*>\s*)(\{.*\})/, (_, head, json) => {
        const changed = { ...JSON.parse(json), ...facts };
        return head + JSON.stringify(changed).replaceAll('<', '\\u003c');
      });
      return route.fulfill({ response, body, status: 200 });
    });
  }
  const unboot = (/** @type {Page} */ page) =>
    page.unroute(/^[^?]*\/(C\/[^/]*|v\/[^/]*|login|records)?(\?.*)?$/);

  for (const code of CODES) {
    test(`a scan refused with ${code}`, async () => {
      const now = Date.now();
      const problem = {
        code,
        status: 409,
        title: '服务器给出的标题',
        request_id: '4f1c2a90b7d34e55',
        opens_at: new Date(now + 3 * 3600_000).toISOString(),
        first_at: AT,
      };
      await openWith(phone, address, { state: 'refused', person, seen: true, problem });
      await phone.locator('.notice h1').waitFor();
      await look(phone, `phone-state-refused-${code}`);
    });
  }

  test('the card for the staff', async () => {
    await openWith(phone, address, {
      state: 'refused',
      person,
      seen: true,
      course: LONG,
      problem: { code: 'cap_reached', status: 409, request_id: '4f1c2a90b7d34e55' },
    });
    await phone.getByRole('button', { name: '出示给工作人员' }).click();
    await told(phone, '请工作人员查看');
    await look(phone, 'phone-state-staff');
  });

  const held = { pass: 'a-pass', person: 0 };
  const deferred = { status: 'deferred', pass: 'a-pass', retry_after_ms: 250_000 };
  const busy = { type: '/docs', title: '', detail: '', status: 503, code: 'busy', retry_after_ms: 250_000 };
  /** @type {[string, typeof answers, string, object | null][]} */
  const onTheWay = [
    ['sending', () => {}, '正在签到', COURSE],
    ['waiting-line', (route) => route.abort('internetdisconnected'), '正在等待网络恢复', COURSE],
    ['waiting-storage', (route) => route.fulfill({ status: 202, json: deferred }), '正在等待系统恢复', LONG],
    ['waiting-crowd', (route) => route.fulfill({ status: 503, json: busy }), '人数较多，正在排队', COURSE],
    [
      'waiting-no-course',
      (route) => route.fulfill({ status: 202, json: deferred }),
      '正在等待系统恢复',
      null,
    ],
  ];
  for (const [state, reply, words, course] of onTheWay) {
    test(`a check-in on its way: ${state}`, async () => {
      answers = reply;
      await openWith(phone, address, { ...held, state: 'sending', tries: 0, after: null, course, person });
      await told(phone, words);
      await look(phone, `phone-state-${state}`);
      answers = () => {};
    });
  }

  test('a pause that was cut short by hand', async () => {
    answers = (route) => route.fulfill({ status: 503, json: busy });
    await openWith(phone, address, { ...held, state: 'sending', tries: 0, after: null, person });
    await told(phone, '人数较多，正在排队');
    answers = () => {};
    await phone.getByRole('button', { name: '立即再试' }).click();
    await phone.getByText('正在尝试').waitFor();
    await look(phone, 'phone-state-sending-again');
  });

  for (const [state, recorded, seen] of /** @type {const} */ ([
    ['recorded', 'recorded', false],
    ['already', 'recorded', true],
  ])) {
    test(`a check-in that is ${state}`, async () => {
      await openWith(phone, address, {
        state: recorded,
        person,
        seen,
        check_in: checkIn(),
        receipt: RECEIPT,
      });
      await phone.getByRole('img', { name: '已签到' }).waitFor();
      await look(phone, `phone-state-${state}`);
      await openWith(phone, address, {
        state: recorded,
        person,
        seen,
        course: LONG,
        check_in: checkIn(LONG),
        receipt: RECEIPT,
      });
      await phone.getByRole('img', { name: '已签到' }).waitFor();
      await look(phone, `phone-state-${state}-long`);
    });
  }

  test('a scan that waits for a login: just made, of somebody in particular, and too old', async () => {
    await openWith(stranger, address, { state: 'needs_login', pass: 'a-pass', person: null });
    await stranger.getByText(/请在 [0-2]:\d\d 内登录/).waitFor();
    await look(stranger, 'phone-state-login');
    await openWith(stranger, address, { state: 'needs_login', pass: 'a-pass', person: 7, course: LONG });
    await stranger.getByText('扫码已记下，请用扫码时的账号登录').waitFor();
    await look(stranger, 'phone-state-login-as-scanned');
    const scanned_at = Date.now() - 178_000;
    await openWith(stranger, address, { state: 'needs_login', pass: 'a-pass', person: null, scanned_at });
    await stranger.getByText('扫码凭证已过期').waitFor();
    await look(stranger, 'phone-state-login-too-late');
  });

  test('a scan of somebody else', async () => {
    await openWith(phone, address, { state: 'needs_login', pass: 'a-pass', person: person + 1 });
    await told(phone, '这次扫码属于另一个账号');
    await look(phone, 'phone-state-refused-other-login');
  });

  test('a code that the camera has read, on its way', async () => {
    await phone.route('**/api/v1/scans', () => {});
    await openWith(phone, address, {
      state: 'opened',
      tries: 0,
      scanned_at: Date.now() + 1_800_000,
      retry_at: 0,
    });
    await told(phone, '正在核对签到码');
    await look(phone, 'phone-state-opened');
  });

  for (const [what, answer] of /** @type {const} */ ([
    ['busy', 'wait'],
    ['refused', { status: 401, code: 'login_failed' }],
    ['limited', { status: 429, code: 'too_many_requests', retry_after_ms: 30_000 }],
    ['inactive', { status: 403, code: 'person_inactive' }],
    ['away', { status: 503, code: 'storage_unavailable' }],
    ['line', 'abort'],
  ])) {
    test(`a login, ${what}`, async () => {
      await stranger.goto(`${server.url}/login`);
      await stranger.route('**/api/v1/sessions', (route) => {
        if (answer === 'wait') return;
        if (answer === 'abort') return route.abort('internetdisconnected');
        return route.fulfill({
          status: answer.status,
          json: { type: '/docs', title: '', detail: '', ...answer },
        });
      });
      await logInByPassword(stranger, { account: 'somebody', password: 'something' });
      if (answer === 'wait') await stranger.getByRole('button', { name: '正在登录' }).waitFor();
      else await stranger.getByRole('alert').waitFor();
      await look(stranger, `phone-state-login-${what}`);
      await stranger.unroute('**/api/v1/sessions');
    });
  }

  test('a text message that was sent', async () => {
    await stranger.goto(`${server.url}/login`);
    await stranger.getByLabel('手机号').fill('19912345678');
    await stranger.getByRole('button', { name: '获取验证码' }).click();
    await stranger.getByText('秒后重发').waitFor();
    await look(stranger, 'phone-state-login-sms-sent');
  });

  test('the start page with scans under way, and the question before a logout', async () => {
    const { origin } = new URL(address.toLowerCase());
    const retry_at = Date.now() + 250_000;
    const code = (/** @type {number} */ which) => `A${'ABCDEFGH'[which]}`.padEnd(36, 'A');
    await lay(phone, origin, [
      {
        ...held,
        code: code(0),
        scanned_at: Date.now(),
        course: LONG,
        person,
        state: 'deferred',
        tries: 1,
        wait: 'line',
        retry_at,
      },
      {
        code: code(1),
        scanned_at: Date.now() - 60_000,
        course: COURSE,
        person,
        state: 'refused',
        seen: false,
        problem: { code: 'course_over', status: 409 },
      },
      {
        code: code(2),
        scanned_at: Date.now() - 90_000,
        course: COURSE,
        person,
        state: 'recorded',
        seen: false,
        check_in: checkIn(),
        receipt: RECEIPT,
      },
    ]);
    answers = (route) => route.fulfill({ status: 202, json: deferred });
    await phone.goto(origin);
    await phone.getByText('等待送达，会自动再试').waitFor();
    await look(phone, 'phone-state-home-notices');
    await phone.getByRole('button', { name: '退出登录' }).click();
    await phone.getByText('有 1 次签到尚未送达').waitFor();
    await look(phone, 'phone-state-home-log-out');
    answers = () => {};
    await lay(phone, origin, []);
  });

  test('a person with a rare and long name, of a unit with a long one', async () => {
    await boot(phone, { me: { id: person, ...RARE } });
    await phone.goto(server.url);
    await phone.getByText(RARE.name).waitFor();
    await look(phone, 'phone-state-home-long');
    await openWith(phone, address, {
      state: 'refused',
      person,
      seen: true,
      course: LONG,
      problem: { code: 'person_not_approved', status: 403, request_id: '4f1c2a90b7d34e55' },
    });
    await phone.getByRole('button', { name: '出示给工作人员' }).click();
    await phone.getByText(RARE.name).waitFor();
    await look(phone, 'phone-state-staff-long');
    await unboot(phone);
    const attested = { ...checkIn(LONG), name: '𠮷*提', unit: RARE.unit };
    await boot(phone, { attested, refusal: null });
    await phone.goto(`${server.url}/v/${RECEIPT}`);
    await told(phone, '回执有效');
    await look(phone, 'phone-state-receipt-long');
    await unboot(phone);
  });

  test('no records, three hundred records, and records that do not come', async () => {
    const record = (/** @type {number} */ which) => {
      const at = new Date(Date.parse(AT) - which * 5 * 3600_000).toISOString();
      const day = new Date(Date.parse(at) + 8 * 3600_000).toISOString().slice(0, 10);
      const course = which % 7 === 3 ? LONG : COURSE;
      const source = which % 5 === 4 ? 'assisted' : 'scan';
      const receipt = RECEIPT.slice(0, -3) + String(which).padStart(3, '0');
      return { check_in: { ...checkIn(course), at, day, source }, receipt };
    };
    let away = true;
    await phone.route('**/api/v1/me/check-ins?*', (route) => {
      if (away) return route.abort('internetdisconnected');
      const from = Number(new URL(route.request().url()).searchParams.get('after') ?? 0);
      const items = Array.from({ length: 20 }, (_, place) => record(from + place));
      return route.fulfill({ json: { items, next: from + 20 < 300 ? String(from + 20) : null } });
    });
    await phone.goto(`${server.url}/records`);
    await phone.getByText('网络没有连上').waitFor();
    await look(phone, 'phone-state-records-failed');
    away = false;
    await phone.getByRole('button', { name: '再试一次' }).click();
    const rows = phone.locator('.row');
    await rows.nth(19).waitFor();
    await look(phone, 'phone-state-records-more');
    for (let shown = 20; shown < 300; shown += 20) {
      await phone.getByRole('button', { name: '更早的记录' }).click();
      await rows.nth(shown + 19).waitFor();
    }
    await phone.getByText('没有更早的记录了').waitFor();
    assert.equal(await rows.count(), 300);
    await phone.unroute('**/api/v1/me/check-ins?*');
  });

  test('in English', async () => {
    const english = (/** @type {Page} */ page, /** @type {boolean} */ on) =>
      page.evaluate((on) => localStorage.setItem('zaichang.language', on ? 'en' : 'zh'), on);
    await english(stranger, true);
    await stranger.goto(server.url);
    await told(stranger, 'Check in at the venue');
    await look(stranger, 'phone-state-english-home');
    await openWith(stranger, address, { state: 'needs_login', pass: 'a-pass', person: null });
    await told(stranger, 'Log in to check in');
    await look(stranger, 'phone-state-english-login');
    await english(stranger, false);
    await english(phone, true);
    await openWith(phone, address, {
      state: 'refused',
      person,
      seen: true,
      problem: { code: 'outside_period', status: 409 },
    });
    await told(phone, 'Today is outside the declared period');
    await look(phone, 'phone-state-english-refused');
    await phone.getByRole('button', { name: 'Show to staff' }).click();
    await told(phone, 'For the staff');
    await look(phone, 'phone-state-english-staff');
    answers = (route) => route.fulfill({ status: 202, json: deferred });
    await openWith(phone, address, { ...held, state: 'sending', tries: 0, after: null, person });
    await told(phone, 'Waiting for the service');
    await look(phone, 'phone-state-english-waiting');
    answers = () => {};
    await english(phone, false);
  });

  test('a page whose own code does not come', async () => {
    const page = await (await browser.phone()).newPage();
    await page.route(/\/assets\/h5\/home-page-.*\.js$/, (route) => route.abort('internetdisconnected'));
    await page.goto(server.url);
    await told(page, '网络没有连上');
    await look(page, 'phone-state-not-loaded');
  });

  for (const [fault, name] of /** @type {const} */ ([
    ['denied', 'NotAllowedError'],
    ['in_use', 'NotReadableError'],
    ['insecure', ''],
  ])) {
    test(`a camera: ${fault}`, async () => {
      const page = await (await browser.phone()).newPage();
      await page.addInitScript((name) => {
        const getUserMedia = name && (() => Promise.reject(new DOMException('', name)));
        Object.defineProperty(navigator, 'mediaDevices', {
          value: { getUserMedia: getUserMedia || undefined },
        });
      }, name);
      await page.goto(`${server.url}/#scan`);
      await page.locator('.notice h1').waitFor();
      await look(page, `phone-state-camera-${fault}`);
    });
  }

  test('without scripts the page says what to do instead', async () => {
    const context = await browser.phone(undefined, { scripts: false });
    const page = await openOn(context, address);
    const instead = page.locator('noscript p');
    await instead.waitFor();
    assert.match(await instead.innerText(), /请工作人员协助签到/);
    assert.equal(await page.getByText('正在打开').isVisible(), false);
  });

  test('what is typed by hand: keyboards, no zoom, one code for one tap, and two taps are one', async () => {
    await stranger.goto(`${server.url}/login`);
    for (const [label, mode, fill] of [
      ['手机号', 'tel', 'tel'],
      ['验证码', 'numeric', 'one-time-code'],
    ]) {
      const field = stranger.getByLabel(label ?? '', { exact: true });
      assert.equal(await field.getAttribute('inputmode'), mode);
      assert.equal(await field.getAttribute('autocomplete'), fill);
      const size = await field.evaluate((input) => parseFloat(getComputedStyle(input).fontSize));
      assert.ok(size >= 16, `${label}: ${size} px, and iOS zooms below 16`);
    }
    let asked = 0;
    await stranger.route('**/api/v1/sessions', (route) => {
      asked += 1;
      setTimeout(() => void route.abort(), 500);
    });
    await stranger.getByLabel('手机号').fill('19912345678');
    await stranger.getByLabel('验证码', { exact: true }).fill('123456');
    await stranger.getByRole('button', { name: '登录', exact: true }).dblclick();
    await stranger.getByRole('alert').waitFor();
    assert.equal(asked, 1);
    await stranger.unroute('**/api/v1/sessions');
  });

  test('nothing moves for whoever has asked for that', async () => {
    await phone.emulateMedia({ reducedMotion: 'reduce' });
    await openWith(phone, address, { ...held, state: 'sending', tries: 0, after: null, person });
    await told(phone, '正在签到');
    const turns = await phone
      .locator('.seal-run')
      .evaluate((mark) => getComputedStyle(mark).animationDuration);
    assert.ok(parseFloat(turns) < 0.001, turns);
    await phone.emulateMedia({ reducedMotion: null });
  });
});
