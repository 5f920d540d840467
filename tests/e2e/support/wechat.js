// What WeChat puts around a page: its script from its own host, and a scanner that people close or hold at a code.
// Only that side is simulated here, with the signature that its server would make; the pages, their policy and the check-in
// are real. It must not know what is scanned.

const SCRIPT = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';

/** The part of the script that is asked of us, in its own order: `ready` fires after an error, too. */
const SDK = `window.wx = (() => {
  let ready = () => {};
  let error = () => {};
  return {
    ready: (then) => (ready = then),
    error: (then) => (error = then),
    config: async (wanted) => {
      if (!(await window.wechatConfigures(wanted))) error({ errMsg: 'config:invalid signature' });
      ready();
    },
    scanQRCode: async ({ needResult, scanType, success, cancel, fail }) => {
      if (needResult !== 1 || scanType.join() !== 'qrCode') return fail({ errMsg: 'scanQRCode:fail' });
      const text = await window.wechatScans();
      if (text === null) cancel({ errMsg: 'scanQRCode:cancel' });
      else success({ resultStr: text, errMsg: 'scanQRCode:ok' });
    },
  };
})()`;

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {{ scan?(): Promise<string | null>, configured?: boolean, script?: boolean, valid?: boolean }} [wanted]
 */
export async function putWechatAround(
  context,
  { scan, configured = true, script = true, valid = true } = {},
) {
  /** @type {string[]} */ const signed = [];
  /** @type {any[]} */ const configs = [];
  let scripts = 0;
  await context.route(SCRIPT, (route) => {
    scripts += 1;
    return script ? route.fulfill({ contentType: 'text/javascript', body: SDK }) : route.abort();
  });
  await context.route('**/api/v1/wechat/jssdk-config?*', (route) => {
    signed.push(new URL(route.request().url()).searchParams.get('url') ?? '');
    // The server under test knows no Official Account: it says so itself.
    if (!configured) return route.continue();
    const json = { app_id: 'wx0123456789abcdef', timestamp: 1_414_587_457, nonce_str: 'Wm3WZYTPz0wzccnW' };
    return route.fulfill({ json: { ...json, signature: '0f9d' } });
  });
  await context.exposeFunction('wechatConfigures', (/** @type {any} */ config) => {
    configs.push(config);
    return valid;
  });
  await context.exposeFunction('wechatScans', scan ?? (async () => null));
  return { signed, configs, scripts: () => scripts };
}
