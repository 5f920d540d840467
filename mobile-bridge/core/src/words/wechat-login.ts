// Sentences of the login by WeChat on a web page, and of the offer to be remembered by it.
// It must not hold what WeChat says no to (refusals/ does).

import type { Sentence } from './sentence.ts';

export const WECHAT_LOGIN = {
  working: ['正在用微信登录', 'Logging in with WeChat'],
  seal: ['登录中', 'Logging in'],
  kept: [
    '{time} 扫码成功，已为您保留，登录后将自动签到。',
    'Your scan at {time} is kept; you are checked in after the login.',
  ],
  another_way: ['改用手机号登录', 'Log in another way'],
  by_wechat: ['用微信登录', 'Log in with WeChat'],
  first_time: [
    '首次在此微信中使用，请先登录一次。',
    'First time with this WeChat account: please log in once.',
  ],
  unfinished: ['微信登录未完成，请在此登录。', 'The login by WeChat was not completed. Please log in here.'],
  remember: ['下次用微信直接登录', 'Log in with WeChat next time'],
  remember_why: [
    '绑定后，在此微信中扫码即签到，不再需要验证码。',
    'Once bound, a scan in this WeChat account is all it takes.',
  ],
  for_whom: ['为 {name} 绑定', 'For {name}'],
  phone_again: [
    '还需验证手机号，请填写短信中的验证码。',
    'Your phone has to be confirmed as well. Please enter the code from the text message.',
  ],
  binding_over: [
    '绑定已超时，本次未绑定。下次在微信中扫码登录后可再绑定。',
    'The time for binding is over. You can bind after your next login in WeChat.',
  ],
  bound: ['已绑定', 'Bound'],
  bound_why: [
    '下次在此微信中扫码，将直接签到。',
    'Your next scan in this WeChat account checks you in at once.',
  ],
} as const satisfies Record<string, Sentence>;
