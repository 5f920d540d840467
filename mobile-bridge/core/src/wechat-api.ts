// WeChat's routes: logging in by its account, in the mini-program or on a page; binding it to a person and undoing that;
// subscriptions, and how far from the hall the phone is. It must not know WeChat's own calls (the platforms do), nor what
// an answer is used for.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import type { Binding, NotBound, Position, Subscription, WechatLogin } from './wire/routes.ts';
import { fields_of, read_login, type Answer } from './wire/read.ts';
import type { Client, Login } from './wire/wire.ts';

export interface WechatApi {
  // `work`: the proof for the challenge that an earlier refusal held (with-work.ts).

  /** `js_code` is WeChat's, good for one use. An anonymous pass handed in comes back bound. */
  log_in(js_code: string, pass: string | null, work?: string): Promise<Answer<WechatLogin>>;
  /** The same on a page, with the code that WeChat's authorisation page has sent back. */
  log_in_on_page(oauth_code: string, pass: string | null, work?: string): Promise<Answer<WechatLogin>>;
  bind(binding: Binding, pass: string | null, work?: string): Promise<Answer<Login>>;
  /** Kept as a distance from the hall, where one is asked for; anything else is refused and changes nothing. */
  is_at(position: Position, receipt: string): Promise<Answer<true>>;
  subscribed(subscription: Subscription): Promise<Answer<true>>;
  /** Ends the person's bindings, and the session that asks for it. */
  unbind(): Promise<Answer<true>>;
}

export const is_bound = (login: WechatLogin): login is Login => !('bind_ticket' in login);

export function wechat_api_over(platform: Platform, client: Client): WechatApi {
  const call = call_over(platform);
  const post = (path: string, body: object) => ({ method: 'POST' as const, path: `/api/v1/${path}`, body });
  const from_here = (pass: string | null, proof?: string) => ({
    client,
    proof,
    ...(pass !== null && { pass }),
  });
  const log_in = (code: object, pass: string | null, work?: string): Promise<Answer<WechatLogin>> =>
    call(post('wechat/sessions', { ...code, ...from_here(pass, work) }), (json) =>
      is_not_bound(json) ? json : read_login(json),
    );
  return {
    log_in: (js_code, pass, work) => log_in({ js_code }, pass, work),
    log_in_on_page: (oauth_code, pass, work) => log_in({ oauth_code }, pass, work),
    bind: (binding, pass, work) =>
      call(post('wechat/bindings', { ...binding, ...from_here(pass, work) }), read_login),
    is_at: (position, receipt) => call(post('receipts/position', { receipt, ...position }), () => true),
    // Whatever the answer's body is: accepted is all that matters.
    subscribed: (subscription) => call(post('me/wechat/subscriptions', subscription), () => true),
    unbind: () =>
      call({ method: 'DELETE', path: '/api/v1/me/wechat/binding' }, (_, status) =>
        status === 204 ? true : null,
      ),
  };
}

function is_not_bound(json: unknown): json is NotBound {
  const fields = fields_of(json);
  return fields?.status === 'not_bound' && typeof fields.bind_ticket === 'string';
}
