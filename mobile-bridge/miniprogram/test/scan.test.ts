// The page where every scan arrives: what WeChat hands over, every state on the way, and what becomes of it when the
// line drops, the program is killed, or a login is needed first.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOW, begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let setup: Setup;

beforeEach(() => {
  setup = begin();
  setup.service.core.show(CODE);
});
afterEach(end);

const open_scan = (text = `https://zc.example/C/${CODE}`, scene = 1011) =>
  setup.wechat.launch('scan', { q: q_of(text), scancode_time: '1795222933' }, scene);
const scans = () => setup.wechat.asked.filter(({ path }) => path === '/api/v1/scans');
const check_ins = () => setup.wechat.asked.filter(({ path }) => path === '/api/v1/check-ins');
const shown = () => setup.wechat.text;

describe('the link of the ordinary QR code', () => {
  it.each([
    `https://zc.example/C/${CODE}`,
    `HTTPS://ZC.EXAMPLE/C/${CODE}`,
    `https://zc.example/c/${CODE.toLowerCase()}`,
  ])('is read from q, encoded once: %s', async (text) => {
    await open_scan(text);
    expect(scans()[0]?.body.code).toBe(CODE);
    expect(shown()).toContain('已签到');
    expect(shown()).toContain('09:02:13');
    expect(setup.service.core.rows).toHaveLength(1);
  });

  it('is decoded once and not twice', async () => {
    await setup.wechat.launch('scan', { q: encodeURIComponent(q_of(`https://zc.example/C/${CODE}`)) });
    expect(scans()).toHaveLength(0);
    expect(shown()).toContain('无法识别签到码');
    expect(setup.wechat.buttons).toEqual(['重新扫码', '返回首页']);
  });

  it.each([
    '%',
    '%E4%B8',
    '',
    q_of('https://zc.example/C/TOO-SHORT'),
    q_of('https://elsewhere.example/menu'),
  ])('is refused with a next step when it is no code of ours: %j', async (q) => {
    await setup.wechat.launch('scan', { q });
    expect(scans()).toHaveLength(0);
    expect(shown()).toContain('无法识别签到码');
    expect(setup.wechat.buttons[0]).toBe('重新扫码');
  });

  it.each([1011, 1012, 1013, 1047, 1048, 1049])('tells how it was opened: scene %i', async (scene) => {
    await open_scan(undefined, scene);
    expect(scans()[0]?.body.client).toMatchObject({ kind: 'wechat', scene });
  });

  it('opened while the program runs tells that scene, not the first one', async () => {
    await setup.wechat.launch('home', {}, 1001);
    await setup.wechat.enter('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1012);
    expect(scans()[0]?.body.client).toMatchObject({ scene: 1012 });
  });

  it('names the phone alike in every request, and after it was killed', async () => {
    await open_scan();
    await open_scan();
    const names = setup.wechat.asked.flatMap(({ body }) => {
      const client = body.client as { device_id?: string } | undefined;
      return client?.device_id ?? [];
    });
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a refusal', () => {
  it.each([
    ['code_forged', 403, '签到码无法核实', ['重新扫码', '返回首页']],
    ['screen_closed', 410, '该屏幕已停止签到', ['重新扫码', '返回首页']],
    ['outside_period', 409, '今天不在举办周期内', ['出示给会务人员', '重新扫码']],
    ['scene_refused', 403, '签到未成功', ['出示给会务人员', '重新扫码']],
  ])('%s says what happened and what to do next', async (code, status, words, buttons) => {
    setup.refuse('/api/v1/scans', { status, json: { code, title: words, request_id: 'r-42' } });
    await open_scan(undefined, 1013);
    expect(shown()).toContain(words);
    expect(shown()).not.toContain(code);
    expect(setup.wechat.buttons).toEqual(buttons);
  });

  it('is shown to the staff on a tap, with the number it was logged under', async () => {
    setup.refuse('/api/v1/scans', { status: 409, json: { code: 'course_over', request_id: 'r-42' } });
    await open_scan();
    await setup.wechat.tap('出示给会务人员');
    expect(shown()).toContain('请会务人员查看');
    expect(shown()).toContain('安小宁');
    expect(shown()).toContain('r-42');
    await setup.wechat.tap('返回');
    expect(shown()).toContain('今天的签到已结束');
  });

  it('of an expired code leads back to the scanner, which tells nothing about how we were opened', async () => {
    await pass(60_000);
    await open_scan(undefined, 1012);
    expect(shown()).toContain('二维码已过期');
    const fresh = CODE.replace(/A$/, 'B');
    setup.service.core.show(fresh);
    setup.wechat.scanner = { text: `HTTPS://ZC.EXAMPLE/C/${fresh}` };
    await setup.wechat.tap('重新扫码');
    expect(shown()).toContain('已签到');
    expect(scans()[1]?.body.client).not.toHaveProperty('scene');
    expect(setup.wechat.pages.map(({ name }) => name)).toEqual(['scan']);
  });
});

describe('an answer', () => {
  it('given before reads as the earlier one, and asks nothing again', async () => {
    await open_scan();
    await pass(3_600_000);
    await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) });
    expect(shown()).toContain('您已于 09:02:13 签到');
    expect(check_ins()).toHaveLength(1);
  });

  it('to a second scan in the same slot is the first one', async () => {
    await open_scan();
    const second = CODE.replace(/A$/, 'B');
    await pass(60_000);
    setup.service.core.show(second);
    await open_scan(`https://zc.example/c/${second}`);
    expect(shown()).toContain('您已于 09:02:13 签到');
    expect(setup.service.core.rows).toHaveLength(1);
  });

  it('opens its receipt', async () => {
    await open_scan();
    await setup.wechat.tap('回执尾号');
    expect(shown()).toContain('回执有效');
    expect(shown()).toContain('安*宁');
  });

  it('leads to the records', async () => {
    await open_scan();
    await setup.wechat.tap('我的签到记录');
    expect(shown()).toContain('心电图判读要点');
    expect(shown()).toContain('1 条');
  });
});

describe('without a line', () => {
  it('the code is exchanged as soon as the line is back, while it is fresh', async () => {
    await setup.log_in();
    setup.wechat.line = 'down';
    await open_scan();
    expect(shown()).toContain('正在核对签到码');
    setup.wechat.line = 'up';
    await pass(3_000);
    expect(shown()).toContain('已签到');
  });

  it('a pass waits, says for what and since when, and may be tried at once', async () => {
    await open_on_the_way('down');
    expect(shown()).toContain('正在等待网络恢复');
    expect(shown()).toContain('按扫码时间 09:02:13 记录');
    expect(shown()).toContain('24 小时内再次打开将继续提交');
    expect(setup.wechat.buttons).toEqual(['立即重试']);
    setup.wechat.line = 'up';
    await setup.wechat.tap('立即重试');
    expect(shown()).toContain('已签到');
    expect(setup.service.core.rows[0]?.check_in.at).toBe(new Date(NOW).toISOString());
  });

  it('goes on by itself when the network is back', async () => {
    await open_on_the_way('down');
    await pass(600_000);
    setup.wechat.network(true);
    await pass(2_500);
    expect(shown()).toContain('已签到');
  });

  it('goes on after the program was killed, from wherever it is opened', async () => {
    await open_on_the_way('down');
    setup.wechat.kill();
    await pass(3_600_000);
    setup.wechat.line = 'up';
    await setup.wechat.launch('home');
    await pass(100);
    expect(setup.service.core.rows).toHaveLength(1);
    expect(shown()).toContain('已签到');
    await setup.wechat.tap('已签到');
    expect(shown()).toContain('09:02:13');
  });

  it('is sent twice and recorded once when the reply was lost', async () => {
    await open_on_the_way('loses_replies');
    setup.wechat.line = 'up';
    await setup.wechat.tap('立即重试');
    expect(shown()).toContain('您已于 09:02:13 签到');
    expect(setup.service.core.rows).toHaveLength(1);
  });

  it('a captive portal is no success', async () => {
    await open_on_the_way('portal');
    expect(shown()).toContain('正在等待网络恢复');
    expect(setup.service.core.rows).toHaveLength(0);
  });

  it('a code that could not be exchanged in its life is given up with a reason', async () => {
    setup.wechat.line = 'down';
    await open_scan();
    await pass(60_000);
    expect(shown()).toContain('扫码时网络中断');
    expect(setup.wechat.buttons[0]).toBe('重新扫码');
  });

  it('waits for the service’s store, and for a turn in the crowd, in their own words', async () => {
    setup.service.core.mood = 'storage_away';
    await setup.log_in();
    await open_scan();
    expect(shown()).toContain('正在等待系统恢复');
    setup.service.core.mood = 'busy';
    await pass(60_000);
    expect(shown()).toContain('当前签到人数较多，正在排队');
    setup.service.core.mood = 'well';
    await pass(60_000);
    expect(shown()).toContain('已签到');
  });

  it('a phone whose storage is full still checks in', async () => {
    setup.wechat.storage_is_full = true;
    await open_scan();
    expect(shown()).toContain('已签到');
  });

  /** A pass is held, and then the connection drops. */
  async function open_on_the_way(line: 'down' | 'loses_replies' | 'portal'): Promise<void> {
    await setup.log_in();
    setup.after('/api/v1/scans', () => (setup.wechat.line = line));
    await open_scan();
  }
});

describe('who is checked in', () => {
  it('is known at once where the WeChat account is bound', async () => {
    await open_scan();
    expect(shown()).toContain('已签到');
    expect(setup.wechat.asked.map(({ path }) => path)).toContain('/api/v1/wechat/sessions');
  });

  it('is asked for when no person is bound yet, while the scan is kept', async () => {
    setup.service.bound = false;
    await open_scan();
    expect(shown()).toContain('绑定身份后自动签到');
    expect(shown()).toContain('请在 3:00 内登录');
    await pass(61_000);
    expect(shown()).toContain('请在 1:59 内登录');
    await setup.wechat.tap('绑定并签到');
    expect(setup.wechat.top?.name).toBe('bind');
  });

  it('is told that a scan is over when the login took too long', async () => {
    setup.service.bound = false;
    await open_scan();
    await pass(200_000);
    expect(shown()).toContain('扫码凭证已过期，登录后请重新扫描屏幕');
  });

  it('is found again by WeChat when the session has ended, without a page and without losing the scan', async () => {
    await setup.log_in();
    setup.service.core.tokens.clear();
    await open_scan();
    await pass(0);
    expect(shown()).toContain('已签到');
    expect(scans().map(({ bearer }) => bearer !== undefined)).toEqual([true, false]);
  });

  it('is not somebody else: a scan of another account waits for its own', async () => {
    await setup.log_in();
    setup.service.core.mood = 'storage_away';
    await open_scan();
    expect(shown()).toContain('正在等待系统恢复');
    setup.wechat.kept.set('zaichang.me', JSON.stringify({ id: 99, name: '他人', unit: '' }));
    setup.wechat.kept.set('zaichang.session', setup.service.core.issue(99));
    setup.service.core.mood = 'well';
    await setup.wechat.launch('scan', { code: CODE });
    expect(shown()).toContain('该扫码属于其他账号');
    expect(setup.wechat.buttons).toEqual(['使用其他账号', '重新扫码']);
    expect(setup.service.core.strangers_passes).toBe(0);
  });
});

it('hands WeChat only what has changed', async () => {
  await open_scan();
  const page = setup.wechat.top?.component.instance;
  const set = vi.spyOn(page as { setData(data: object): void }, 'setData');
  await pass(10_000);
  expect(set).not.toHaveBeenCalled();
});
