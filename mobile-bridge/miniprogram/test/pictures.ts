// Every state of every page, written as HTML with the sheets of its own, into the folder that PICTURES names.
// It judges nothing: people look at what scripts/pictures.mjs makes of it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'vitest';
import { handed, type Drawn } from './drawn.ts';
import { ANN, ID_NUMBER, PHONE } from './service.ts';
import { begin, end, pass, q_of, type Setup } from './setup.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const folder = process.env.PICTURES ?? '';
mkdirSync(folder, { recursive: true });

let setup: Setup;
beforeEach(() => {
  setup = begin();
  setup.service.core.show(CODE);
});
afterEach(end);

const open = () => setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);

function keep(name: string): void {
  // An input's text is a property, which HTML does not write down.
  document
    .querySelectorAll<Drawn>('wx-input')
    .forEach((input) => (input.textContent = handed(input, 'value')));
  const sheets = [...document.querySelectorAll('style')].map(({ innerHTML }) => innerHTML).join('\n');
  writeFileSync(
    join(folder, `${name}.html`),
    `<style>${sheets}</style>${setup.wechat.top?.component.dom.outerHTML}`,
  );
}

const STATES: Record<string, () => Promise<unknown>> = {
  'scan-recorded': open,
  async 'scan-already'() {
    await open();
    await open();
  },
  async 'scan-line'() {
    await setup.log_in();
    setup.after('/api/v1/scans', () => (setup.wechat.line = 'down'));
    await open();
  },
  async 'scan-sending'() {
    await setup.log_in();
    setup.stall('/api/v1/check-ins');
    await open();
  },
  async 'scan-login'() {
    setup.service.bound = false;
    await open();
  },
  async 'scan-login-retried'() {
    setup.service.wechat_refuses = 'wechat_unavailable';
    await open();
  },
  async 'scan-face'() {
    setup.service.core.face = true;
    await setup.log_in();
    await open();
  },
  async 'scan-face-failed'() {
    await STATES['scan-face']!();
    setup.wechat.face = setup.face('failed');
    await setup.wechat.tap('开始核验');
  },
  async 'scan-spot'() {
    await open();
    setup.service.spot_left_ms = 90_000;
    await pass(30_000);
  },
  async 'scan-expired'() {
    await pass(60_000);
    await open();
  },
  async 'scan-period'() {
    await setup.log_in();
    setup.refuse('/api/v1/check-ins', { status: 409, json: { code: 'outside_period', request_id: 'r-42' } });
    await open();
  },
  async 'scan-staff'() {
    await STATES['scan-period']!();
    await setup.wechat.tap('出示给会务人员');
  },
  async 'bind-empty'() {
    setup.service.bound = false;
    await open();
    await setup.wechat.tap('绑定并签到');
  },
  async 'bind-faults'() {
    await STATES['bind-empty']!();
    await setup.wechat.fill('姓名', '');
    await setup.wechat.fill('证件号码', '1101051949123100');
  },
  async 'bind-sms'() {
    await STATES['bind-empty']!();
    await setup.wechat.tap('改用短信验证码');
    await setup.wechat.fill('姓名', ANN.name);
    await setup.wechat.fill('证件号码', ID_NUMBER);
    await setup.wechat.fill('手机号', PHONE);
    await setup.wechat.tap('获取验证码');
  },
  async 'bind-mismatch'() {
    await STATES['bind-empty']!();
    await setup.wechat.fill('姓名', '安小静');
    await setup.wechat.fill('证件号码', ID_NUMBER);
    await setup.wechat.tap('验证手机号并绑定', 'getphonenumber', { code: 'x' });
  },
  async 'bind-busy'() {
    await STATES['bind-empty']!();
    await setup.wechat.fill('姓名', ANN.name);
    await setup.wechat.fill('证件号码', ID_NUMBER);
    setup.stall('/api/v1/wechat/bindings');
    await setup.wechat.tap('验证手机号并绑定', 'getphonenumber', { code: 'x' });
  },
  async 'bind-agree'() {
    setup.wechat.needs_agreement = true;
    await STATES['bind-empty']!();
  },
  home: () => setup.wechat.launch('home'),
  async 'home-notices'() {
    await STATES['scan-line']!();
    setup.wechat.kill();
    setup.wechat.line = 'down';
    await setup.wechat.launch('home');
    await setup.wechat.tap('退出登录');
  },
  async 'home-foreign'() {
    await setup.wechat.launch('home');
    setup.wechat.scanner = { errMsg: 'scanCode:fail auth deny' };
    await setup.wechat.tap('扫码签到');
  },
  async records() {
    for (const letter of ['A', 'B', 'C']) {
      setup.service.core.show(CODE.replace(/A$/, letter));
      await setup.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE.replace(/A$/, letter)}`) });
      setup.wechat.kill();
      await pass(letter === 'A' ? 30_000_000 : 86_400_000);
    }
    await setup.wechat.launch('records');
  },
  async 'records-loading'() {
    await setup.log_in();
    setup.stall('/api/v1/me/check-ins?limit=20');
    await setup.wechat.launch('records');
  },
  'records-none': () => setup.wechat.launch('records'),
  async receipt() {
    await open();
    await setup.wechat.tap('回执尾号');
  },
  'receipt-none': () => setup.wechat.launch('receipt', { receipt: 'x' }),
  async privacy() {
    setup.wechat.needs_agreement = true;
    await setup.wechat.launch('privacy');
  },
};

it.each(Object.keys(STATES))('%s', async (name) => {
  await STATES[name]!();
  keep(name);
});

it('scan-recorded in English and large', async () => {
  setup.wechat.kept.set('zaichang.language', 'en');
  setup.wechat.kept.set('zaichang.large', 'yes');
  await open();
  keep('scan-recorded-en-large');
});

it.each([
  'scan-recorded',
  'scan-line',
  'scan-login-retried',
  'scan-face',
  'bind-sms',
  'home',
  'records',
  'scan-period',
  'privacy',
])('%s in large type', async (name) => {
  setup.wechat.kept.set('zaichang.large', 'yes');
  await STATES[name]!();
  keep(`${name}-large`);
});
