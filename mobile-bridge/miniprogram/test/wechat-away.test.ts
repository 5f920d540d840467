// The login by WeChat when WeChat, the service or the connection is down: retried automatically, phone number as another
// way in.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PHONE, SMS_CODE } from './service.ts';
import { begin, end, pass, q_of, type Stage } from './stage.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let stage: Stage;

beforeEach(() => {
  stage = begin();
  stage.service.core.show(CODE);
});
afterEach(end);

const shown = () => stage.wechat.text;
const wechat_logins = () => stage.wechat.asked.filter(({ path }) => path.endsWith('/wechat/sessions')).length;

const scan = () => stage.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);

async function log_in_by_phone(): Promise<void> {
  await stage.wechat.fill('手机号', PHONE);
  await stage.wechat.fill('验证码', SMS_CODE);
  expect(stage.wechat.top?.name).toBe('scan');
  expect(shown()).toContain('已签到');
}

it('is done with the phone number when the service has no WeChat account', async () => {
  stage.service.wechat_refuses = 'wechat_not_configured';
  await scan();
  await stage.wechat.tap('绑定并签到');
  expect(shown()).toContain('微信登录暂不可用');
  await log_in_by_phone();
  await pass(600_000);
  expect(wechat_logins()).toBe(2);
});

describe.each([
  ['WeChat is away', '微信登录暂不可用', () => (stage.service.wechat_refuses = 'wechat_unavailable')],
  ['the store is away', '系统正在恢复', () => (stage.service.wechat_refuses = 'storage_unavailable')],
  ['WeChat gives no code', '网络连接失败', () => (stage.wechat.login_works = false)],
])('when %s', (_, told, spoil) => {
  beforeEach(async () => {
    spoil();
    await scan();
    expect(shown()).toContain(told);
    expect(shown()).not.toContain('绑定');
  });

  function mend(): void {
    stage.service.wechat_refuses = null;
    stage.wechat.login_works = true;
  }

  it('is done with the phone number, at once', async () => {
    await stage.wechat.tap('用手机号登录');
    await log_in_by_phone();
    // The pending try is cancelled: the phone may belong to another person.
    const tries = wechat_logins();
    mend();
    await pass(60_000);
    expect(wechat_logins()).toBe(tries);
  });

  it('is needless: the account is asked again by itself, and the scan of somebody bound checks in', async () => {
    await pass(5_000);
    expect(shown()).toContain(told);
    mend();
    await pass(8_000);
    expect(shown()).toContain('已签到');
    expect(stage.service.core.rows).toHaveLength(1);
  });

  it('is asked for once it is known that nobody is bound, and a tap asks at once', async () => {
    await pass(20_000);
    mend();
    stage.service.bound = false;
    await stage.wechat.tap('立即重试');
    expect(stage.wechat.buttons).toEqual(['绑定并签到']);
  });
});

it('is tried while the page says so', async () => {
  stage.service.wechat_refuses = 'wechat_unavailable';
  await scan();
  expect(shown()).toContain('1 秒后重试');
  stage.stall('/api/v1/wechat/sessions');
  await stage.wechat.tap('立即重试');
  expect(shown()).toContain('正在重试');
});

it('is not undone by an answer of WeChat that comes after the login by phone', async () => {
  const release = stage.stall('/api/v1/wechat/sessions');
  await scan();
  expect(shown()).toContain('正在用微信登录');
  await stage.wechat.open('bind', { by: 'phone', back: '1' });
  await stage.wechat.fill('手机号', PHONE);
  await stage.wechat.fill('验证码', SMS_CODE);
  const session = stage.wechat.kept.get('zaichang.session');
  release();
  await pass(60_000);
  expect(stage.wechat.kept.get('zaichang.session')).toBe(session);
  expect(wechat_logins()).toBe(1);
});
