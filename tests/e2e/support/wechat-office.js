// A WeChat of our own for logins on pages: its authorisation page, as the phone meets it, and the route at which the server
// exchanges a code. Codes work once and for their own account; it can be slow or away. It must not know any person of ours.

import { createServer } from 'node:http';
import { atTheEnd } from './ends.js';

const APP_ID = 'wx00000000000000bb';
const SECRET = 'officialsecret';
const AUTHORISE =
  /^https:\/\/open\.weixin\.qq\.com\/connect\/oauth2\/authorize\?appid=(\w+)&redirect_uri=([^&]+)&response_type=code&scope=snsapi_base&state=([0-9a-zA-Z]{1,128})#wechat_redirect$/;

/** @typedef {Awaited<ReturnType<typeof openOffice>>} Office */
/** @typedef {'well' | 'busy' | 'silent'} Mood */

export async function openOffice() {
  /** @type {Map<string, { openid: string, snapshot: boolean, used: boolean }>} */
  const codes = new Map();
  /** Every code that the server sent to the exchange route. @type {string[]} */
  const brought = [];
  /** What the route does: answers, says that it is busy, or nothing. */
  let mood = /** @type {Mood} */ ('well');

  /** @param {URLSearchParams} asked */
  function exchange(asked) {
    const code = codes.get(asked.get('code') ?? '');
    brought.push(asked.get('code') ?? '');
    if (asked.get('appid') !== APP_ID || asked.get('secret') !== SECRET) return { errcode: 40125 };
    if (mood === 'busy') return { errcode: -1 };
    if (!code) return { errcode: 40029 };
    if (code.used) return { errcode: 40163 };
    code.used = true;
    return {
      openid: code.openid,
      access_token: 'user-token',
      expires_in: 7200,
      scope: 'snsapi_base',
      ...(code.snapshot && { is_snapshotuser: 1 }),
    };
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://office');
    if (mood === 'silent') return;
    const said = pathname === '/sns/oauth2/access_token' ? exchange(searchParams) : { errcode: 48001 };
    // WeChat calls its JSON plain text.
    response.setHeader('content-type', 'text/plain').end(JSON.stringify(said));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  atTheEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    appId: APP_ID,
    brought,
    settings: {
      ZAICHANG_WECHAT__OFFICIAL_APP_ID: APP_ID,
      ZAICHANG_WECHAT__OFFICIAL_APP_SECRET: SECRET,
      ZAICHANG_WECHAT__ENDPOINT: `http://127.0.0.1:${port}`,
    },
    is: (/** @type {Mood} */ wanted) => (mood = wanted),

    /**
     * Who holds the phone, from now on: its visits to the authorisation page are counted and sent back.
     * @param {import('playwright-core').BrowserContext} context @param {string} openid
     * @param {{ snapshot?: boolean, page?: 'well' | 'none' | 'refused' }} [wanted] `none`: WeChat's own page never comes
     */
    async holds(context, openid, { snapshot = false, page = 'well' } = {}) {
      /** @type {string[]} */ const codesGiven = [];
      let visits = 0;
      await context.unroute('https://open.weixin.qq.com/**');
      await context.route('https://open.weixin.qq.com/**', async (route) => {
        visits += 1;
        if (page === 'none') return;
        // Compared with a pattern, as WeChat does.
        const [, appId, back = '', state] = AUTHORISE.exec(route.request().url() + '#wechat_redirect') ?? [];
        if (appId !== APP_ID) return route.fulfill({ status: 200, body: '该链接无法访问' });
        const code = `code${codes.size}${openid}`;
        if (page === 'well') {
          codes.set(code, { openid, snapshot, used: false });
          codesGiven.push(code);
        }
        const returned = page === 'well' ? `code=${code}&state=${state}` : `state=${state}`;
        const address = decodeURIComponent(back);
        const location = `${address}${address.includes('?') ? '&' : '?'}${returned}`;
        return route.fulfill({ status: 302, headers: { location } });
      });
      return { visits: () => visits, codes: codesGiven };
    },
  };
}
