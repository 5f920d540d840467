// Every state of every page, written as HTML with the sheets of its own, into the folder that PICTURES names.
// It judges nothing: people look at what scripts/pictures.mjs makes of it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'vitest';
import { handed, type Drawn } from './drawn.ts';
import { ANN, ID_NUMBER, PHONE } from './service.ts';
import { begin, end, pass, q_of, type Stage } from './stage.ts';

const CODE = 'AAAABQAHAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const folder = process.env.PICTURES ?? '';
mkdirSync(folder, { recursive: true });

let stage: Stage;
beforeEach(() => {
  stage = begin();
  stage.service.core.show(CODE);
});
afterEach(end);

const open = () => stage.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE}`) }, 1011);

function keep(name: string): void {
  // An input's text is a property, which HTML does not write down.
  document
    .querySelectorAll<Drawn>('wx-input')
    .forEach((input) => (input.textContent = handed(input, 'value')));
  const sheets = [...document.querySelectorAll('style')].map(({ innerHTML }) => innerHTML).join('\n');
  writeFileSync(
    join(folder, `${name}.html`),
    `<style>${sheets}</style>${stage.wechat.top?.component.dom.outerHTML}`,
  );
}

const STATES: Record<string, () => Promise<unknown>> = {
  'scan-recorded': open,
  async 'scan-already'() {
    await open();
    await open();
  },
  async 'scan-line'() {
    await stage.log_in();
    stage.after('/api/v1/scans', () => (stage.wechat.line = 'down'));
    await open();
  },
  async 'scan-sending'() {
    await stage.log_in();
    stage.stall('/api/v1/check-ins');
    await open();
  },
  async 'scan-login'() {
    stage.service.bound = false;
    await open();
  },
  async 'scan-login-retried'() {
    stage.service.wechat_refuses = 'wechat_unavailable';
    await open();
  },
  async 'scan-face'() {
    stage.service.core.face = true;
    await stage.log_in();
    await open();
  },
  async 'scan-face-failed'() {
    await STATES['scan-face']!();
    stage.wechat.face = stage.face('failed');
    await stage.wechat.tap('开始核验');
  },
  async 'scan-spot'() {
    await open();
    stage.service.spot_left_ms = 90_000;
    await pass(30_000);
  },
  async 'scan-expired'() {
    await pass(60_000);
    await open();
  },
  async 'scan-period'() {
    await stage.log_in();
    stage.refuse('/api/v1/check-ins', { status: 409, json: { code: 'outside_period', request_id: 'r-42' } });
    await open();
  },
  async 'scan-staff'() {
    await STATES['scan-period']!();
    await stage.wechat.tap('出示给会务人员');
  },
  async 'bind-empty'() {
    stage.service.bound = false;
    await open();
    await stage.wechat.tap('绑定并签到');
  },
  async 'bind-faults'() {
    await STATES['bind-empty']!();
    await stage.wechat.fill('姓名', '');
    await stage.wechat.fill('证件号码', '1101051949123100');
  },
  async 'bind-sms'() {
    await STATES['bind-empty']!();
    await stage.wechat.tap('改用短信验证码');
    await stage.wechat.fill('姓名', ANN.name);
    await stage.wechat.fill('证件号码', ID_NUMBER);
    await stage.wechat.fill('手机号', PHONE);
    await stage.wechat.tap('获取验证码');
  },
  async 'bind-mismatch'() {
    await STATES['bind-empty']!();
    await stage.wechat.fill('姓名', '安小静');
    await stage.wechat.fill('证件号码', ID_NUMBER);
    await stage.wechat.tap('验证手机号并绑定', 'getphonenumber', { code: 'x' });
  },
  async 'bind-busy'() {
    await STATES['bind-empty']!();
    await stage.wechat.fill('姓名', ANN.name);
    await stage.wechat.fill('证件号码', ID_NUMBER);
    stage.stall('/api/v1/wechat/bindings');
    await stage.wechat.tap('验证手机号并绑定', 'getphonenumber', { code: 'x' });
  },
  async 'bind-agree'() {
    stage.wechat.needs_agreement = true;
    await STATES['bind-empty']!();
  },
  home: () => stage.wechat.launch('home'),
  async 'home-notices'() {
    await STATES['scan-line']!();
    stage.wechat.kill();
    stage.wechat.line = 'down';
    await stage.wechat.launch('home');
    await stage.wechat.tap('退出登录');
  },
  async 'home-foreign'() {
    await stage.wechat.launch('home');
    stage.wechat.scanner = { errMsg: 'scanCode:fail auth deny' };
    await stage.wechat.tap('扫码签到');
  },
  async records() {
    for (const letter of ['A', 'B', 'C']) {
      stage.service.core.show(CODE.replace(/A$/, letter));
      await stage.wechat.launch('scan', { q: q_of(`https://zc.example/C/${CODE.replace(/A$/, letter)}`) });
      stage.wechat.kill();
      await pass(letter === 'A' ? 30_000_000 : 86_400_000);
    }
    await stage.wechat.launch('records');
  },
  async 'records-loading'() {
    await stage.log_in();
    stage.stall('/api/v1/me/check-ins?limit=20');
    await stage.wechat.launch('records');
  },
  'records-none': () => stage.wechat.launch('records'),
  async receipt() {
    await open();
    await stage.wechat.tap('回执尾号');
  },
  'receipt-none': () => stage.wechat.launch('receipt', { receipt: 'x' }),
  async privacy() {
    stage.wechat.needs_agreement = true;
    await stage.wechat.launch('privacy');
  },
};

it.each(Object.keys(STATES))('%s', async (name) => {
  await STATES[name]!();
  keep(name);
});

it('scan-recorded in English and large', async () => {
  stage.wechat.kept.set('zaichang.language', 'en');
  stage.wechat.kept.set('zaichang.large', 'yes');
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
  stage.wechat.kept.set('zaichang.large', 'yes');
  await STATES[name]!();
  keep(`${name}-large`);
});
