// Every state that a scan can be in on the phone's pages, and every state of a login, looked at one by one.
// How these states come about is tested elsewhere; here the server's answers and the phone's memory are set up directly.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { layOut } from './support/laid-out.js';
import { look } from './support/look.js';
import { logInByPassword, says } from './support/phone.js';
import {
  COURSE,
  DEFERRED,
  HELD,
  LONG_COURSE,
  RECEIPT,
  checkIn,
  lay,
  openWith,
} from './support/phone-storage.js';

/** @typedef {import('./support/laid-out.js').Answer} Answer */

describe('every state of the phone', () => {
  /** @type {import('./support/laid-out.js').LaidOut} */ let scene;
  before(async () => (scene = await layOut()));
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
    [
      'waiting-crowd',
      (route) => route.fulfill({ status: 503, json: busy }),
      '当前签到人数较多，正在排队',
      COURSE,
    ],
    [
      'waiting-no-course',
      (route) => route.fulfill({ status: 202, json: DEFERRED }),
      '正在等待系统恢复',
      null,
    ],
  ];
  for (const [state, reply, words, course] of onTheWay) {
    test(`a check-in on its way: ${state}`, async () => {
      scene.answer(reply);
      await openWith(scene.phone, scene.address, { ...HELD, course, person: scene.person });
      await says(scene.phone, words);
      await look(scene.phone, `phone-state-${state}`);
      scene.answer(() => {});
    });
  }

  test('a pause that was cut short by hand', async () => {
    scene.answer((route) => route.fulfill({ status: 503, json: busy }));
    await openWith(scene.phone, scene.address, { ...HELD, person: scene.person });
    await says(scene.phone, '当前签到人数较多，正在排队');
    scene.answer(() => {});
    await scene.phone.getByRole('button', { name: '立即重试' }).click();
    await scene.phone.getByText('正在重试').waitFor();
    await look(scene.phone, 'phone-state-sending-again');
  });

  // The seal is the same: what is said under it is not.
  for (const [state, recorded, seen, words, time] of /** @type {const} */ ([
    ['recorded', 'recorded', false, '已签到', '09:02:13'],
    ['already', 'recorded', true, '您已于 09:02:13 签到', null],
  ])) {
    /** The time stands large alone where it is new, and in the sentence where it was said before. */
    const isSaid = async () => {
      await scene.phone.getByRole('img', { name: '已签到' }).waitFor();
      await says(scene.phone, words);
      assert.deepEqual(
        await scene.phone.locator('.result-time').allInnerTexts(),
        time === null ? [] : [time],
      );
      assert.equal((await scene.phone.locator('h1').innerText()).includes('您已于'), state === 'already');
    };
    test(`a check-in that is ${state}`, async () => {
      await openWith(scene.phone, scene.address, {
        state: recorded,
        person: scene.person,
        seen,
        check_in: checkIn(),
        receipt: RECEIPT,
      });
      await isSaid();
      await look(scene.phone, `phone-state-${state}`);
      await openWith(scene.phone, scene.address, {
        state: recorded,
        person: scene.person,
        seen,
        course: LONG_COURSE,
        check_in: checkIn(LONG_COURSE),
        receipt: RECEIPT,
      });
      await isSaid();
      await look(scene.phone, `phone-state-${state}-long`);
    });
  }

  test('a scan that waits for a login: just made, of somebody in particular, and too old', async () => {
    await openWith(scene.stranger, scene.address, { state: 'needs_login', pass: 'a-pass', person: null });
    await scene.stranger.getByText(/请在 [0-2]:\d\d 内登录/).waitFor();
    await look(scene.stranger, 'phone-state-login');
    await openWith(scene.stranger, scene.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: 7,
      course: LONG_COURSE,
    });
    await scene.stranger.getByText('扫码成功，已为您保留，请用扫码时的账号登录').waitFor();
    await look(scene.stranger, 'phone-state-login-as-scanned');
    const scanned_at = Date.now() - 178_000;
    await openWith(scene.stranger, scene.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: null,
      scanned_at,
    });
    await scene.stranger.getByText('扫码凭证已过期').waitFor();
    await look(scene.stranger, 'phone-state-login-too-late');
  });

  test('a scan of somebody else', async () => {
    await openWith(scene.phone, scene.address, {
      state: 'needs_login',
      pass: 'a-pass',
      person: scene.person + 1,
    });
    await says(scene.phone, '该扫码属于其他账号');
    await look(scene.phone, 'phone-state-refused-other-login');
  });

  test('a code that the camera has read, on its way', async () => {
    await scene.phone.route('**/api/v1/scans', () => {});
    await openWith(scene.phone, scene.address, {
      state: 'opened',
      tries: 0,
      scanned_at: Date.now() + 1_800_000,
      retry_at: 0,
    });
    await says(scene.phone, '正在核对签到码');
    await look(scene.phone, 'phone-state-opened');
  });

  for (const [what, answer, words] of /** @type {const} */ ([
    ['busy', 'wait', '正在登录'],
    [
      'refused',
      { status: 401, code: 'login_failed' },
      '账号或密码不正确。请核对后再试，或改用短信验证码登录。',
    ],
    [
      'limited',
      { status: 429, code: 'too_many_requests', retry_after_ms: 30_000 },
      '操作过于频繁。请稍候片刻再试。',
    ],
    [
      'inactive',
      { status: 403, code: 'person_inactive' },
      '您的人员状态异常，暂不能签到。请联系所在单位管理员核对人员状态。',
    ],
    ['away', { status: 503, code: 'storage_unavailable' }, '系统正在恢复。数据没有丢失。请稍后再试。'],
    ['line', 'abort', '网络连接失败'],
  ])) {
    test(`a login, ${what}`, async () => {
      await scene.stranger.goto(`${scene.server.url}/login`);
      await scene.stranger.route('**/api/v1/sessions', (route) => {
        if (answer === 'wait') return;
        if (answer === 'abort') return route.abort('internetdisconnected');
        return route.fulfill({
          status: answer.status,
          json: { type: '/docs', title: '', detail: '', ...answer },
        });
      });
      await logInByPassword(scene.stranger, { account: 'somebody', password: 'something' });
      if (answer === 'wait') await scene.stranger.getByRole('button', { name: words }).waitFor();
      else await scene.stranger.getByRole('alert').filter({ hasText: words }).waitFor();
      await look(scene.stranger, `phone-state-login-${what}`);
      await scene.stranger.unroute('**/api/v1/sessions');
    });
  }

  test('a text message that was sent', async () => {
    await scene.stranger.goto(`${scene.server.url}/login`);
    await scene.stranger.getByLabel('手机号').fill('19912345678');
    await scene.stranger.getByRole('button', { name: '获取验证码' }).click();
    await scene.stranger.getByText('秒后重发').waitFor();
    await look(scene.stranger, 'phone-state-login-sms-sent');
  });

  test('the start page with scans under way, and the question before a logout', async () => {
    const { origin } = new URL(scene.address.toLowerCase());
    const retry_at = Date.now() + 250_000;
    const code = (/** @type {number} */ which) => `A${'ABCDEFGH'[which]}`.padEnd(36, 'A');
    await lay(scene.phone, origin, [
      {
        ...HELD,
        code: code(0),
        scanned_at: Date.now(),
        course: LONG_COURSE,
        person: scene.person,
        state: 'deferred',
        tries: 1,
        wait: 'line',
        retry_at,
      },
      {
        code: code(1),
        scanned_at: Date.now() - 60_000,
        course: COURSE,
        person: scene.person,
        state: 'refused',
        seen: false,
        problem: { code: 'course_over', status: 409 },
      },
      {
        code: code(2),
        scanned_at: Date.now() - 90_000,
        course: COURSE,
        person: scene.person,
        state: 'recorded',
        seen: false,
        check_in: checkIn(),
        receipt: RECEIPT,
      },
    ]);
    scene.answer((route) => route.fulfill({ status: 202, json: DEFERRED }));
    await scene.phone.goto(origin);
    await scene.phone.getByText('等待提交，系统将自动重试').waitFor();
    await look(scene.phone, 'phone-state-home-notices');
    await scene.phone.getByRole('button', { name: '退出登录' }).click();
    await scene.phone.getByText('有 1 次签到待提交').waitFor();
    await look(scene.phone, 'phone-state-home-log-out');
    scene.answer(() => {});
    await lay(scene.phone, origin, []);
  });
});
