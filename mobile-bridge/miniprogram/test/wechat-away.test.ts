// The login by WeChat when WeChat, the service or the connection is down: retried automatically, phone number as another
// way in.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PHONE, SMS_CODE } from './service.ts';
import { begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let setup: Setup;

beforeEach(() => {
  setup = begin();
  setup.service.core.show(CODE);
});
afterEach(end);

const shown = () => setup.wechat.text;
const wechat_logins = () => setup.wechat.asked.filter(({ path }) => path.endsWith('/wechat/sessions')).length;

const scan = () => setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);

async function log_in_by_phone(): Promise<void> {
  await setup.wechat.fill('手机号', PHONE);
  await setup.wechat.fill('验证码', SMS_CODE);
  expect(setup.wechat.top?.name).toBe('scan');
  expect(shown()).toContain('已签到');
}

it('is done with the phone number when the service has no WeChat account', async () => {
  setup.service.wechat_refuses = 'wechat_not_configured';
  await scan();
  await setup.wechat.tap('绑定并签到');
  expect(shown()).toContain('微信登录暂不可用');
  await log_in_by_phone();
  await pass(600_000);
  expect(wechat_logins()).toBe(2);
});

describe.each([
  ['WeChat is away', '微信登录暂不可用', () => (setup.service.wechat_refuses = 'wechat_unavailable')],
  ['the store is away', '系统正在恢复', () => (setup.service.wechat_refuses = 'storage_unavailable')],
  ['WeChat gives no code', '网络连接失败', () => (setup.wechat.login_works = false)],
])('when %s', (_, words, spoil) => {
  beforeEach(async () => {
    spoil();
    await scan();
    expect(shown()).toContain(words);
    expect(shown()).not.toContain('绑定');
  });

  function come_back(): void {
    setup.service.wechat_refuses = null;
    setup.wechat.login_works = true;
  }

  it('is done with the phone number, at once', async () => {
    await setup.wechat.tap('用手机号登录');
    await log_in_by_phone();
    // The pending try is cancelled: the phone may belong to another person.
    const tries = wechat_logins();
    come_back();
    await pass(60_000);
    expect(wechat_logins()).toBe(tries);
  });

  it('is needless: the account is asked again by itself, and the scan of somebody bound checks in', async () => {
    await pass(5_000);
    expect(shown()).toContain(words);
    come_back();
    await pass(8_000);
    expect(shown()).toContain('已签到');
    expect(setup.service.core.rows).toHaveLength(1);
  });

  it('is asked for once it is known that no person is bound, and a tap asks at once', async () => {
    await pass(20_000);
    come_back();
    setup.service.bound = false;
    await setup.wechat.tap('立即重试');
    expect(setup.wechat.buttons).toEqual(['绑定并签到']);
  });
});

it('is tried while the page says so', async () => {
  setup.service.wechat_refuses = 'wechat_unavailable';
  await scan();
  expect(shown()).toContain('1 秒后重试');
  setup.stall('/api/v1/wechat/sessions');
  await setup.wechat.tap('立即重试');
  expect(shown()).toContain('正在重试');
});

it('is not undone by an answer of WeChat that comes after the login by phone', async () => {
  const release = setup.stall('/api/v1/wechat/sessions');
  await scan();
  expect(shown()).toContain('正在用微信登录');
  await setup.wechat.open('bind', { by: 'phone', back: '1' });
  await setup.wechat.fill('手机号', PHONE);
  await setup.wechat.fill('验证码', SMS_CODE);
  const session = setup.wechat.kept.get('zaichang.session');
  release();
  await pass(60_000);
  expect(setup.wechat.kept.get('zaichang.session')).toBe(session);
  expect(wechat_logins()).toBe(1);
});
