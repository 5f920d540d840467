// An app around a page of Chromium, as iOS, Android or a port would put it there: the reference of what an app does, and with
// a fault planted, of what it must not do. The page is Playwright's; nothing of our own page's code is used.

import { read } from '../conformance/read.mjs';

/** What may be planted, each one thing that an app can get wrong. */
export const FAULTS = /** @type {const} */ ([
  'answers_anybody',
  'vouches_to_anybody',
  'vouches_for_any_device',
  'same_nonce',
  'long_life',
  'new_device_each_time',
  'any_version',
  'silent_when_unknown',
  'forgets_the_page',
  'chokes_on_garbage',
  'cancelled_as_text',
  'stays_open',
]);

/** @typedef {Window & Record<string, any>} Wide what a page's window has besides the DOM's own */

/**
 * @param {any} page
 * @param {{
 *   via?: 'ios' | 'android' | 'port', origin: string, audience: string, person: { name: string, id_number: string },
 *   server: ReturnType<typeof import('./app-server.mjs').openAppServer>, scan(): Promise<string | null>,
 *   device_id?: string, language?: 'zh' | 'en', fault?: (typeof FAULTS)[number] | null }} around
 * `origin` is the one whose pages it serves; `scan` is what people do with its scanner, null when they close it.
 */
export async function putAppAround(
  page,
  {
    via = 'ios',
    origin,
    audience,
    person,
    server,
    scan,
    device_id = 'fake-device-0001',
    language = 'zh',
    fault = null,
  },
) {
  const can = ['scan', 'assertion', 'haptic', 'close'];
  /** @type {string[]} */
  const felt = [];
  let choked = false;
  /** The page that last said hello. */
  let last = '';
  /** @type {any[]} */
  const answers = [];
  const nonce = Buffer.alloc(16, 7);

  /** @type {Record<string, (params: any) => object | Promise<object>>} */
  const asks = {
    hello({ versions }) {
      if (!versions?.includes?.(1) && fault !== 'any_version') return no('version');
      if (fault === 'new_device_each_time') device_id = `fake-device-${Date.now()}`;
      const app = { name: '医教管理（样机）', version: '1.0', platform: via };
      return ok({ version: 1, app, device_id, language, can });
    },
    async scan() {
      const text = await scan();
      if (text === null) return fault === 'cancelled_as_text' ? ok({ text: '' }) : no('cancelled');
      return ok({ text });
    },
    assertion(params) {
      if (typeof params.audience !== 'string' || typeof params.device_id !== 'string') return no('malformed');
      if (params.audience !== audience && fault !== 'vouches_to_anybody') return no('malformed');
      if (params.device_id !== device_id && fault !== 'vouches_for_any_device') return no('malformed');
      const life_s = fault === 'long_life' ? 600 : 120;
      const wanted = { ...params, life_s, ...(fault === 'same_nonce' && { nonce }) };
      return ok({ assertion: server.assertion(person, wanted) });
    },
    haptic({ kind }) {
      felt.push(kind);
      return ok({});
    },
    close() {
      const leave = () => void page.evaluate(() => location.replace('about:blank')).catch(() => undefined);
      if (fault !== 'stays_open') setTimeout(leave, 50);
      return ok({});
    },
  };

  /** Only the page on top, and only of the one origin. @param {any} frame */
  const is_ours = (frame) =>
    fault === 'answers_anybody' || (frame === page.mainFrame() && new URL(frame.url()).origin === origin);

  await page.exposeBinding(
    'fakeAppHears',
    async (/** @type {any} */ { frame }, /** @type {string} */ text) => {
      if (choked || !is_ours(frame)) return;
      const message = read(text);
      if (fault === 'chokes_on_garbage' && message === null) choked = true;
      const { zaichang, page: name, id, ask } = message ?? {};
      if (ask === 'hello') last = name;
      if (message?.ok || message?.no) answers.push(message);
      if (zaichang !== 1 || typeof name !== 'string' || !Number.isSafeInteger(id) || typeof ask !== 'string')
        return;
      if (asks[ask] === undefined && fault === 'silent_when_unknown') return;
      const answer = (await asks[ask]?.(message.with ?? {})) ?? no('unknown');
      const to = fault === 'forgets_the_page' ? 'somebody' : name;
      const said = JSON.stringify({ zaichang: 1, page: to, id, ...answer });
      await frame
        .evaluate((/** @type {string} */ text) => /** @type {Wide} */ (window).fakeAppSays?.(text), said)
        .catch(() => undefined);
    },
  );
  await page.addInitScript((/** @type {string} */ via) => {
    const own = /** @type {Wide} */ (window);
    const postMessage = (/** @type {string} */ text) => void own.fakeAppHears(text);
    own.fakeAppSays = (/** @type {string} */ text) => own.zaichangBridge?.receive(text);
    if (via === 'ios') own.webkit = { messageHandlers: { zaichang: { postMessage } } };
    if (via === 'android') {
      own.zaichangHost = { postMessage };
      own.fakeAppSays = (/** @type {string} */ data) => own.zaichangHost.onmessage?.({ data });
    }
    if (via !== 'port') return;
    addEventListener('load', () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => postMessage(data);
      own.fakeAppSays = (/** @type {string} */ text) => port1.postMessage(text);
      dispatchEvent(new MessageEvent('message', { data: 'zaichang-bridge', ports: [port2] }));
    });
  }, via);

  return {
    felt,
    /** What the app asks of the page that last said hello. @param {string} ask @param {object} params */
    async ask(ask, params) {
      const said = JSON.stringify({ zaichang: 1, page: last, id: 1, ask, with: params });
      await page.evaluate(
        (/** @type {string} */ text) => /** @type {Wide} */ (window).fakeAppSays(text),
        said,
      );
    },
    /** What the page has answered, in order. */
    answers,
  };
}

const ok = (/** @type {object} */ value) => ({ ok: value });
const no = (/** @type {string} */ code) => ({ no: { code } });
