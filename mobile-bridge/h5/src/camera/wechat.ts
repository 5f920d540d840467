// WeChat's own scanner inside WeChat's browser, through its JS-SDK: faster than any camera in a page, and asks no permission.
// Its script is loaded here and nowhere else, by the shell's nonce. If it cannot be used, the page's own camera is next.
// It must not know what is scanned.

import type { HttpReply, Platform } from '@zaichang/core';

/** The whole of WeChat's SDK that is used. */
interface Wx {
  config(wanted: object): void;
  ready(then: () => void): void;
  error(then: () => void): void;
  scanQRCode(wanted: {
    needResult: 1;
    scanType: ['qrCode'];
    success(found: { resultStr?: unknown }): void;
    cancel(): void;
    fail(): void;
  }): void;
}

/** `none`: this is not the place, or something stood in the way; the page's own camera is to be used. */
export type WechatScan = { is: 'text'; text: string } | { is: 'closed' } | { is: 'none' };

const SCRIPT = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';
/** The wait for WeChat is no longer than for a camera. */
const WITHIN_MS = 4_000;

const NONE = { is: 'none' } as const;

/** 企业微信 names itself the same and has another SDK. */
export const in_wechat = ({ navigator: { userAgent } }: Window): boolean =>
  /MicroMessenger/i.test(userAgent) && !/wxwork/i.test(userAgent);

/** Resolves when the scanner was closed, with or without a text, or could not be opened; never rejects. */
export async function scan_in_wechat(
  window: Window,
  send: Platform['send'],
  entry: string,
): Promise<WechatScan> {
  if (!in_wechat(window)) return NONE;
  const wx = await in_time(window, made_ready(window, send, entry)).catch(() => null);
  return wx === null ? NONE : open_scanner(wx);
}

async function made_ready(window: Window, send: Platform['send'], entry: string): Promise<Wx> {
  const config = await signed(window, send, entry);
  const wx = await sdk(window);
  return new Promise((resolve, reject) => {
    // `ready` fires after an error, too.
    wx.error(reject);
    wx.ready(() => resolve(wx));
    wx.config({ debug: false, ...config, jsApiList: ['scanQRCode'] });
  });
}

/** WeChat on iOS holds on to the address by which the document was opened; on Android to the one of the moment. */
async function signed(window: Window, send: Platform['send'], entry: string): Promise<object> {
  const { navigator, location } = window;
  const [url = ''] = (/iPhone|iPad|iPod/.test(navigator.userAgent) ? entry : location.href).split('#');
  const path = `/api/v1/wechat/jssdk-config?url=${encodeURIComponent(url)}`;
  const reply = await send({ method: 'GET', path });
  const { app_id, timestamp, nonce_str, signature } = fields_of(reply);
  if (typeof app_id !== 'string' || typeof signature !== 'string') throw new Error('not configured');
  return { appId: app_id, timestamp, nonceStr: nonce_str, signature };
}

const fields_of = ({ status, json }: HttpReply): Record<string, unknown> =>
  status === 200 && typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};

function sdk(window: Window): Promise<Wx> {
  const { document } = window;
  const wx_now = (): Wx | undefined => (window as { wx?: Wx }).wx;
  return new Promise((resolve, reject) => {
    const known = wx_now();
    // A mini-program's web view has an object of this name without the SDK.
    if (typeof known?.scanQRCode === 'function') return resolve(known);
    const script = document.createElement('script');
    // Only by the nonce: the page's policy names no foreign host, so nothing else of WeChat's can be pulled in.
    script.nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
    script.src = SCRIPT;
    script.onload = () => {
      const loaded = wx_now();
      if (typeof loaded?.scanQRCode === 'function') resolve(loaded);
      else reject(new Error('another script'));
    };
    script.onerror = () => reject(new Error('no script'));
    document.head.appendChild(script);
  });
}

const open_scanner = (wx: Wx): Promise<WechatScan> =>
  new Promise((resolve) =>
    wx.scanQRCode({
      needResult: 1,
      scanType: ['qrCode'],
      success: ({ resultStr }) =>
        resolve(typeof resultStr === 'string' && resultStr !== '' ? { is: 'text', text: resultStr } : NONE),
      cancel: () => resolve({ is: 'closed' }),
      fail: () => resolve(NONE),
    }),
  );

function in_time<T>(window: Window, awaited: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(() => reject(new Error('too late')), WITHIN_MS);
    awaited.then(resolve, reject).finally(() => window.clearTimeout(timer));
  });
}
