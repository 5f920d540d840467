// What a scan may lead to: a face check before the answer, and over the receipt a spot check and the question of messages.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let setup: Setup;

beforeEach(() => {
  setup = begin();
  setup.service.core.show(CODE);
});
afterEach(end);

const open_scan = () => setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);
const scans = () => setup.wechat.asked.filter(({ path }) => path === '/api/v1/scans');
const shown = () => setup.wechat.text;

describe('a face check', () => {
  beforeEach(async () => {
    setup.service.core.face = true;
    await setup.log_in();
    await open_scan();
  });

  it('says why, begins on a tap, and checks in as of the scan', async () => {
    expect(shown()).toContain('请完成人脸核验');
    expect(shown()).toContain('不保存照片');
    setup.wechat.face = setup.face('passed');
    await pass(60_000);
    await setup.wechat.tap('开始核验');
    expect(shown()).toContain('已签到');
    expect(setup.service.core.rows[0]?.check_in.at).toBe(new Date(NOW).toISOString());
  });

  it('that failed may be tried again, or taken to the staff', async () => {
    setup.wechat.face = setup.face('failed');
    await setup.wechat.tap('开始核验');
    expect(shown()).toContain('人脸核验未通过');
    expect(setup.wechat.buttons).toEqual(['再次核验', '出示给会务人员']);
    await setup.wechat.tap('出示给会务人员');
    expect(shown()).toContain('请会务人员查看');
    await setup.wechat.tap('返回');
    setup.wechat.face = setup.face('passed');
    await setup.wechat.tap('再次核验');
    expect(shown()).toContain('已签到');
  });

  it('is not believed because the phone says so: the server is asked', async () => {
    await setup.wechat.tap('开始核验');
    expect(shown()).toContain('正在确认核验结果');
    await pass(120_000);
    expect(shown()).toContain('人脸核验未完成');
    expect(setup.service.core.rows).toHaveLength(0);
  });
});

describe('over a receipt', () => {
  it('a spot check is announced with a countdown, and the scan it asks for is an ordinary one', async () => {
    await open_scan();
    setup.service.spot_left_ms = 90_000;
    await pass(30_000);
    expect(shown()).toContain('现场抽查');
    expect(shown()).toMatch(/请在 1:\d\d 内再次扫描会场屏幕/);
    expect(setup.wechat.buttons).toEqual(['再次扫码']);
    const again = CODE.replace(/A$/, 'C');
    setup.service.core.show(again);
    setup.wechat.scanner = { text: `HTTPS://ZC.EXAMPLE/C/${again}` };
    await setup.wechat.tap('再次扫码');
    expect(scans()).toHaveLength(2);
    expect(shown()).toContain('签到');
  });

  it('says when it has been answered', async () => {
    await open_scan();
    setup.service.spot_left_ms = 90_000;
    setup.service.spot_answered = true;
    await pass(30_000);
    expect(shown()).toContain('本次抽查已完成');
    expect(setup.wechat.buttons).toContain('我的签到记录');
  });

  it('nothing is asked while another page is on top', async () => {
    await open_scan();
    await pass(30_000);
    const asked = () => setup.wechat.asked.filter(({ path }) => path.includes('receipts/asked')).length;
    setup.wechat.top?.component.instance.onHide();
    const before = asked();
    await pass(120_000);
    expect(asked()).toBe(before);
  });

  it.each([
    [{ 'a-template-of-awards': 'accept' }, 'accept', '学分授予后将通过微信通知您一次'],
    [{ 'a-template-of-awards': 'reject' }, 'reject', '不会发送通知'],
    [{ 'a-template-of-awards': 'ban' }, 'ban', '不会发送通知'],
    [{ 'a-template-of-awards': 'filter' }, 'filter', '不会发送通知'],
  ])('a message is asked for on a tap, and %j is told', async (answers, result, words) => {
    await open_scan();
    setup.wechat.subscription = answers;
    await setup.wechat.tap('学分授予后通知我');
    expect(setup.service.subscriptions).toEqual([{ template: 'award', result }]);
    expect(shown()).toContain(words);
    expect(setup.wechat.buttons).toEqual(['我的签到记录']);
  });

  it('a question that WeChat never asked is not told', async () => {
    await open_scan();
    setup.wechat.subscription = { errMsg: 'requestSubscribeMessage:fail 20004' };
    await setup.wechat.tap('学分授予后通知我');
    expect(setup.service.subscriptions).toEqual([]);
  });
});
