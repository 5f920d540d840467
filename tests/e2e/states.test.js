// Every state that a scan can be in on the phone's pages, and every state of a login, looked at one by one.
// How these states come about is tested elsewhere; here the server's answers and the phone's memory are set up directly.

import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './stage/complaints.js';
import { endAll } from './stage/ends.js';
import { layOut } from './stage/laid-out.js';
import { look } from './stage/look.js';
import { logInByPassword, told } from './stage/phone.js';
import { COURSE, DEFERRED, HELD, LONG_COURSE, RECEIPT, checkIn, lay, openWith } from './stage/shelf.js';

/** @typedef {import('./stage/laid-out.js').Answer} Answer */

describe('every state of the phone', () => {
  /** @type {import('./stage/laid-out.js').LaidOut} */ let here;
  before(async () => (here = await layOut()));
  after(endAll);
  afterEach(nobodyComplains);

  const busy = { type: '/docs', title: '', detail: '', status: 503, code: 'busy', retry_after_ms: 250_000 };
  /** @type {[string, Answer, string, object | null][]} */
  const onTheWay = [
    ['sending', () => {}, '正在签到', COURSE],
    ['waiting-line', (route) => route.abort('internetdisconnected'), '正在等待网络恢复', COURSE],
    [
      'waiting-storage',
      (route) => route.fulfill({ status: 202, json: DEFERRED }),
      '正在等待系统恢复',
      LONG_COURSE,
    ],
    ['waiting-crowd', (route) => route.fulfill({ status: 503, json: busy }), '人数较多，正在排队', COURSE],
    [
      'waiting-no-course',
      (route) => route.fulfill({ status: 202, json: DEFERRED }),
      '正在等待系统恢复',
      null,
    ],
  ];
  for (const [state, reply, words, course] of onTheWay) {
    test(`a check-in on its way: ${state}`, async () => {
      here.answer(reply);
      await openWith(here.phone, here.address, { ...HELD, course, person: here.person });
      await told(here.phone, words);
      await look(here.phone, `phone-state-${state}`);
      here.answer(() => {});
    });
  }

  test('a pause that was cut short by hand', async () => {
    here.answer((route) => route.fulfill({ status: 503, json: busy }));
    await openWith(here.phone, here.address, { ...HELD, person: here.person });
    await told(here.phone, '人数较多，正在排队');
    here.answer(() => {});
    await here.phone.getByRole('button', { name: '立即重试' }).click();
    await here.phone.getByText('正在重试').waitFor();
    await look(here.phone, 'phone-state-sending-again');
  });

  for (const [state, recorded, seen] of /** @type {const} */ ([
    ['recorded', 'recorded', false],
    ['already', 'recorded', true],
  ])) {
    test(`a check-in that is ${state}`, async () => {
      await openWith(here.phone, here.address, {
        state: recorded,
        person: here.person,
        seen,
        check_in: checkIn(),
        receipt: RECEIPT,
      });
      await here.phone.getByRole('img', { name: '已签到' }).waitFor();
      await look(here.phone, `phone-state-${state}`);
      await openWith(here.phone, here.address, {
        state: recorded,
        person: here.person,
        seen,
        course: LONG_COURSE,
        check_in: checkIn(LONG_COURSE),
        receipt: RECEIPT,
      });
      await here.phone.getByRole('img', { name: '已签到' }).waitFor();
      await look(here.phone, `phone-state-${state}-long`);
    });
  }

  test('a scan that waits for a login: just made, of somebody in particular, and too old', async () => {
    await openWith(here.stranger, here.address, { state: 'needs_login', pass: 'a-pass', person: null });
    await here.stranger.getByText(/请在 [0-2]:\d\d 内登录/).waitFor();
    await look(here.stranger, 'phone-state-login');
    await openWith(here.stranger, here.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: 7,
      course: LONG_COURSE,
    });
    await here.stranger.getByText('扫码成功，已为您保留，请用扫码时的账号登录').waitFor();
    await look(here.stranger, 'phone-state-login-as-scanned');
    const scanned_at = Date.now() - 178_000;
    await openWith(here.stranger, here.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: null,
      scanned_at,
    });
    await here.stranger.getByText('扫码凭证已过期').waitFor();
    await look(here.stranger, 'phone-state-login-too-late');
  });

  test('a scan of somebody else', async () => {
    await openWith(here.phone, here.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: here.person + 1,
    });
    await told(here.phone, '该扫码属于其他账号');
    await look(here.phone, 'phone-state-refused-other-login');
  });

  test('a code that the camera has read, on its way', async () => {
    await here.phone.route('**/api/v1/scans', () => {});
    await openWith(here.phone, here.address, {
      state: 'opened',
      tries: 0,
      scanned_at: Date.now() + 1_800_000,
      retry_at: 0,
    });
    await told(here.phone, '正在核对签到码');
    await look(here.phone, 'phone-state-opened');
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
      await here.stranger.goto(`${here.server.url}/login`);
      await here.stranger.route('**/api/v1/sessions', (route) => {
        if (answer === 'wait') return;
        if (answer === 'abort') return route.abort('internetdisconnected');
        return route.fulfill({
          status: answer.status,
          json: { type: '/docs', title: '', detail: '', ...answer },
        });
      });
      await logInByPassword(here.stranger, { account: 'somebody', password: 'something' });
      if (answer === 'wait') await here.stranger.getByRole('button', { name: '正在登录' }).waitFor();
      else await here.stranger.getByRole('alert').waitFor();
      await look(here.stranger, `phone-state-login-${what}`);
      await here.stranger.unroute('**/api/v1/sessions');
    });
  }

  test('a text message that was sent', async () => {
    await here.stranger.goto(`${here.server.url}/login`);
    await here.stranger.getByLabel('手机号').fill('19912345678');
    await here.stranger.getByRole('button', { name: '获取验证码' }).click();
    await here.stranger.getByText('秒后重发').waitFor();
    await look(here.stranger, 'phone-state-login-sms-sent');
  });

  test('the start page with scans under way, and the question before a logout', async () => {
    const { origin } = new URL(here.address.toLowerCase());
    const retry_at = Date.now() + 250_000;
    const code = (/** @type {number} */ which) => `A${'ABCDEFGH'[which]}`.padEnd(36, 'A');
    await lay(here.phone, origin, [
      {
        ...HELD,
        code: code(0),
        scanned_at: Date.now(),
        course: LONG_COURSE,
        person: here.person,
        state: 'deferred',
        tries: 1,
        wait: 'line',
        retry_at,
      },
      {
        code: code(1),
        scanned_at: Date.now() - 60_000,
        course: COURSE,
        person: here.person,
        state: 'refused',
        seen: false,
        problem: { code: 'course_over', status: 409 },
      },
      {
        code: code(2),
        scanned_at: Date.now() - 90_000,
        course: COURSE,
        person: here.person,
        state: 'recorded',
        seen: false,
        check_in: checkIn(),
        receipt: RECEIPT,
      },
    ]);
    here.answer((route) => route.fulfill({ status: 202, json: DEFERRED }));
    await here.phone.goto(origin);
    await here.phone.getByText('等待提交，系统将自动重试').waitFor();
    await look(here.phone, 'phone-state-home-notices');
    await here.phone.getByRole('button', { name: '退出登录' }).click();
    await here.phone.getByText('有 1 次签到待提交').waitFor();
    await look(here.phone, 'phone-state-home-log-out');
    here.answer(() => {});
    await lay(here.phone, origin, []);
  });
});
