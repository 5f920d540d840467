// Logging out and coming in again, and undoing the binding: what is asked first, what is left on the phone, what comes next.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANN, ID_NUMBER } from './service.ts';
import { begin, end, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let setup: Setup;

beforeEach(() => {
  setup = begin();
  setup.service.core.show(CODE);
});
afterEach(end);

const shown = () => setup.wechat.text;
const scan = () => setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
const asked = (path: string) => setup.wechat.asked.filter((call) => call.path.endsWith(path)).length;

describe('a person who has logged out', () => {
  beforeEach(async () => {
    await setup.wechat.launch('home');
    await setup.wechat.tap('退出登录');
    setup.wechat.asked.length = 0;
  });

  it('is not logged in by a scan, and is told as whom a tap would', async () => {
    await scan();
    expect(asked('/wechat/sessions')).toBe(0);
    expect(shown()).toContain('此微信若已绑定身份，登录后以该身份签到');
    expect(setup.wechat.buttons).toEqual(['登录并签到']);
    await setup.wechat.tap('登录并签到');
    expect(setup.wechat.top?.name).toBe('scan');
    expect(shown()).toContain('已签到');
  });

  it('comes in again by a tap, without a form', async () => {
    await setup.wechat.launch('home');
    await setup.wechat.tap('登录');
    expect(setup.wechat.top?.name).toBe('home');
    expect(shown()).toContain(ANN.name);
  });

  it('is asked who they are where the account is not bound', async () => {
    setup.service.bound = false;
    await scan();
    await setup.wechat.tap('登录并签到');
    expect(shown()).toContain('证件号码');
  });
});

describe('undoing the binding', () => {
  beforeEach(() => setup.wechat.launch('home'));

  it('is asked about first, with what it does; no leaves all as it is', async () => {
    setup.wechat.confirms = false;
    await setup.wechat.tap('解除微信绑定');
    expect(setup.wechat.dialogues).toEqual([
      {
        title: '解除微信绑定',
        content: '下次扫码时，需重新填写姓名、证件号码并验证手机号。签到记录和学分不受影响。',
        confirmText: '解除',
        cancelText: '取消',
      },
    ]);
    expect(asked('/me/wechat/binding')).toBe(0);
    expect(shown()).toContain(ANN.name);
  });

  it('logs out, leaves nothing of the person, and the next scan asks who it is', async () => {
    await setup.wechat.tap('解除微信绑定');
    expect(shown()).toContain('已解除微信绑定');
    expect(shown()).not.toContain(ANN.name);
    expect([...setup.wechat.kept.values()].join()).not.toContain(ANN.name);
    expect([...setup.wechat.kept.keys()]).not.toContain('zaichang.session');
    await scan();
    expect(setup.wechat.buttons).toEqual(['绑定并签到']);
    await setup.wechat.tap('绑定并签到');
    await setup.wechat.fill('姓名', ANN.name);
    await setup.wechat.fill('证件号码', ID_NUMBER);
    await setup.wechat.tap('验证手机号并绑定', 'getphonenumber', { code: 'her-phone' });
    expect(shown()).toContain('已签到');
  });

  it('names the check-ins that would wait', async () => {
    setup.service.core.mood = 'storage_away';
    await scan();
    await setup.wechat.launch('home');
    await setup.wechat.tap('解除微信绑定');
    expect(setup.wechat.dialogues[0]?.content).toContain('有 1 次签到待提交');
  });

  it('that did not arrive is said, and changes nothing', async () => {
    setup.wechat.line = 'down';
    await setup.wechat.tap('解除微信绑定');
    expect(shown()).toContain('网络连接失败');
    expect(shown()).toContain(ANN.name);
  });

  it('is done though the session had ended elsewhere', async () => {
    setup.service.core.tokens.clear();
    await setup.wechat.tap('解除微信绑定');
    expect(setup.service.bound).toBe(false);
    expect(shown()).toContain('已解除微信绑定');
  });

  it('that was done elsewhere is said to be done', async () => {
    setup.service.core.tokens.clear();
    setup.service.bound = false;
    await setup.wechat.tap('解除微信绑定');
    expect(shown()).toContain('已解除微信绑定');
    expect(asked('/me/wechat/binding')).toBe(1);
  });

  it('speaks English where that was chosen', async () => {
    await setup.wechat.tap('English');
    await setup.wechat.tap('Unbind WeChat');
    expect(setup.wechat.dialogues[0]).toMatchObject({ confirmText: 'Yes', cancelText: 'No' });
    expect(shown()).toContain('WeChat is unbound');
  });
});
