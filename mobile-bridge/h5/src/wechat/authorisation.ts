// The addresses of WeChat's authorisation page and back. Asks for no consent (snsapi_base): WeChat gives the account only.
// It must not know what a code is exchanged for, nor remember anything.

const AUTHORISE = 'https://open.weixin.qq.com/connect/oauth2/authorize';

/** What WeChat has written into the address. Without a code: it gave none. */
export interface Returned {
  code: string | null;
  state: string;
}

/** WeChat compares such an address with a pattern: the order of its parts is fixed. */
export function authorisation_address(app_id: string, back: string, state: string): string {
  const parts = `appid=${app_id}&redirect_uri=${encodeURIComponent(back)}&response_type=code`;
  return `${AUTHORISE}?${parts}&scope=snsapi_base&state=${state}#wechat_redirect`;
}

/** Letters and figures, as WeChat allows. */
export function random_state({ crypto }: Pick<Window & typeof globalThis, 'crypto'>): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Takes code and state out of the address bar: neither a reload nor a shared link shall carry them. */
export function take_returned({ location, history }: Window): Returned | null {
  const [, code] = /[?&]code=([^&]*)/.exec(location.search) ?? [];
  const [, state] = /[?&]state=([^&]*)/.exec(location.search) ?? [];
  if (state === undefined) return null;
  const kept = location.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !/^(code|state)=/.test(part))
    .join('&');
  history.replaceState(
    history.state,
    '',
    location.pathname + (kept === '' ? '' : `?${kept}`) + location.hash,
  );
  return { code: code === undefined || code === '' ? null : code, state };
}
