// The other pages: the start page and its scanner, records, receipts, privacy; language and size of text.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handed } from './drawn.ts';
import { begin, end, pass, q_of, type Setup } from './setup.ts';

const code = (letter: string): string => `AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAA${letter}`;

let setup: Setup;

beforeEach(() => (setup = begin()));
afterEach(end);

const shown = () => setup.wechat.text;

async function check_in(letter: string): Promise<void> {
  setup.service.core.show(code(letter));
  await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${code(letter)}`) }, 1011);
}

describe('the start page', () => {
  it('scans with the camera only, and goes on to the scan', async () => {
    await setup.wechat.launch('home');
    setup.service.core.show(code('A'));
    setup.wechat.scanner = { text: `HTTPS://ZC.EXAMPLE/C/${code('A')}` };
    await setup.wechat.tap('扫码签到');
    expect(setup.wechat.scan_options).toEqual([{ onlyFromCamera: true, scanType: ['qrCode'] }]);
    expect(shown()).toContain('已签到');
  });

  it.each([
    ['https://example.org/menu', '这是其他网页的二维码，不是签到码'],
    ['https://u.wechat.com/abc', '这是微信名片或公众号的二维码'],
    ['wxp://f2f0abc', '这是收付款码'],
    ['你好', '这个二维码里是普通文字'],
    ['https://zc.example/C/SHORT', '这个签到码不完整'],
  ])('names a foreign code: %s', async (text, words) => {
    await setup.wechat.launch('home');
    setup.wechat.scanner = { text };
    await setup.wechat.tap('扫码签到');
    expect(shown()).toContain(words);
    expect(setup.wechat.asked.filter(({ path }) => path.endsWith('scans'))).toHaveLength(0);
  });

  it('says nothing when the person closed the scanner, and what to do when it did not open', async () => {
    await setup.wechat.launch('home');
    await setup.wechat.tap('扫码签到');
    expect(setup.wechat.buttons).toEqual(['扫码签到']);
    setup.wechat.scanner = { errMsg: 'scanCode:fail auth deny' };
    await setup.wechat.tap('扫码签到');
    expect(shown()).toContain('未获得相机权限');
    expect(setup.wechat.buttons).toEqual(['扫码签到', '打开权限设置']);
  });

  it('knows who is here, and lets them leave for good', async () => {
    await setup.wechat.launch('home');
    expect(shown()).toContain('安小宁');
    await setup.wechat.tap('退出登录');
    expect(shown()).toContain('扫码并登录后即可签到');
    await setup.wechat.launch('home');
    expect(shown()).not.toContain('安小宁');
    expect([...setup.wechat.kept.keys()]).not.toContain('zaichang.session');
  });

  it('warns before a logout that would leave check-ins on the way', async () => {
    await setup.log_in();
    setup.service.core.mood = 'storage_away';
    await check_in('A');
    await setup.wechat.launch('home');
    expect(shown()).toContain('等待提交，系统将自动重试');
    await setup.wechat.tap('退出登录');
    expect(shown()).toContain('有 1 次签到待提交');
    await setup.wechat.tap('暂不退出');
    expect(shown()).toContain('安小宁');
  });

  it('tells what was answered while the page was closed', async () => {
    await setup.log_in();
    setup.service.core.mood = 'storage_away';
    await check_in('A');
    setup.service.core.mood = 'well';
    await setup.wechat.launch('home');
    await pass(60_000);
    expect(shown()).toContain('已签到');
    await setup.wechat.tap('已签到');
    setup.wechat.back();
    expect(shown()).not.toContain('已签到');
  });
});

describe('the reader’s preferences', () => {
  it('is English and large text where chosen, and remembered', async () => {
    await setup.wechat.launch('home');
    await setup.wechat.tap('English');
    await setup.wechat.tap('Large text');
    expect(shown()).toContain('Scan to check in');
    await check_in('A');
    expect(shown()).toContain('My check-ins');
    const style = setup.wechat.top?.component.querySelector('.page')?.dom.getAttribute('style');
    expect(style).toBe('--k:1.25');
  });

  it.each([
    [1.4, '--k:1.4'],
    [3, '--k:1.5'],
    [0.8, '--k:1'],
  ])('follows WeChat’s own size of text: %d', async (scale, style) => {
    setup.wechat.font_scale = scale;
    await setup.wechat.launch('home');
    expect(setup.wechat.top?.component.querySelector('.page')?.dom.getAttribute('style')).toBe(style);
  });
});

describe('records', () => {
  it('are one’s own, by day, page by page, each with its receipt', async () => {
    for (const letter of ['A', 'B', 'C']) {
      await check_in(letter);
      setup.wechat.kill();
      await pass(86_400_000);
    }
    await setup.wechat.launch('records');
    expect(shown()).toContain('11月23日 周一');
    expect(shown()).not.toContain('11月21日 周六');
    await setup.wechat.tap('更早的记录');
    expect(shown()).toContain('11月21日 周六');
    expect(shown()).toContain('已显示全部记录');
    await setup.wechat.tap('09:02:13');
    expect(shown()).toContain('回执有效');
  });

  it('say how many could not be read, page by page, and call none of them none', async () => {
    setup.service.unreadable = 1;
    await setup.wechat.launch('records');
    expect(shown()).toContain('另有 1 条记录暂时无法显示');
    expect(shown()).not.toContain('暂无签到记录');
    for (const letter of ['A', 'B', 'C']) {
      await check_in(letter);
      setup.wechat.kill();
      await pass(86_400_000);
    }
    await setup.wechat.launch('records');
    await setup.wechat.tap('更早的记录');
    expect(shown()).toContain('另有 2 条记录暂时无法显示');
  });

  it('that are none say what will be there', async () => {
    await setup.wechat.launch('records');
    expect(shown()).toContain('暂无签到记录');
    expect(setup.wechat.buttons).toEqual(['扫码签到']);
  });

  it('ask for a login where no person is logged in', async () => {
    setup.service.bound = false;
    await setup.wechat.launch('records');
    expect(setup.wechat.buttons).toEqual(['登录']);
    await setup.wechat.tap('登录');
    expect(setup.wechat.top?.name).toBe('bind');
  });

  it('are shown after all when the session had ended and WeChat knows the person', async () => {
    await check_in('A');
    setup.service.core.tokens.clear();
    await setup.wechat.launch('records');
    expect(shown()).toContain('心电图判读要点');
  });

  it('say that there is no line, and try again', async () => {
    await check_in('A');
    setup.wechat.line = 'down';
    await setup.wechat.launch('records');
    expect(shown()).toContain('网络连接失败');
    setup.wechat.line = 'up';
    await setup.wechat.tap('再试一次');
    expect(shown()).toContain('心电图判读要点');
  });
});

describe('a receipt', () => {
  it('that is not ours says so', async () => {
    await setup.wechat.launch('receipt', { receipt: 'nothing' });
    expect(shown()).toContain('未查询到该回执');
    expect(setup.wechat.buttons).toEqual(['返回首页']);
  });

  it('without a line may be tried again', async () => {
    await check_in('A');
    const receipt = encodeURIComponent(setup.service.core.rows[0]?.receipt ?? '');
    setup.wechat.line = 'down';
    await setup.wechat.launch('receipt', { receipt });
    expect(shown()).toContain('网络连接失败');
    setup.wechat.line = 'up';
    await setup.wechat.tap('再试一次');
    expect(shown()).toContain('回执有效');
  });
});

it('the privacy page says what is collected, and asks only where WeChat does', async () => {
  await setup.wechat.launch('privacy');
  expect(shown()).toContain('证件号码');
  expect(shown()).toContain('不收集位置');
  expect(setup.wechat.buttons).toEqual([]);
  setup.wechat.needs_agreement = true;
  await setup.wechat.launch('privacy');
  expect(setup.wechat.buttons).toEqual(['同意并继续', '暂不同意']);
});

it('the agreement is given to WeChat’s own button, by the id that it is told', async () => {
  setup.wechat.needs_agreement = true;
  await setup.wechat.launch('privacy');
  const button = setup.wechat.button('同意并继续');
  expect(button.__wxElement.id).toBe('agree');
  expect(handed(button, 'openType')).toBe('agreePrivacyAuthorization');
});

it('a session never leaves the phone but in its header', async () => {
  await check_in('A');
  await setup.wechat.launch('records');
  const token = setup.wechat.kept.get('zaichang.session') ?? '';
  expect(token).toMatch(/^token-/);
  const with_bearer = setup.wechat.asked.filter(({ bearer }) => bearer === token);
  expect(with_bearer.length).toBeGreaterThan(0);
  for (const { path, body } of setup.wechat.asked) expect(path + JSON.stringify(body)).not.toContain(token);
});
