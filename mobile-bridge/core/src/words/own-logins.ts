// Sentences of the page that lists where a person is logged in.

import type { OwnLogin } from '../wire/routes.ts';
import type { Sentence } from './sentence.ts';

export const OWN_LOGINS = {
  title: ['登录设备', 'Where you are logged in'],
  why: [
    '如有不认识的设备或手机遗失，请在此退出其登录。',
    'If you do not know a device, or have lost a phone, log it out here.',
  ],
  by_wechat: [
    '微信小程序退出后，会按微信绑定自动重新登录。手机遗失的，请同时在首页解除微信绑定。',
    'The mini-program logs in again by its binding to WeChat. If the phone is lost, unbind WeChat on the start page too.',
  ],
  this_one: ['本机', 'This phone'],
  opened: ['{day} {time} 登录', 'Logged in {day}, {time}'],
  same_network: ['与本机同一网络', 'On the same network as this phone'],
  end: ['退出', 'Log out'],
  end_others: ['退出其他全部登录', 'Log out everywhere else'],
  ended: ['已退出 {count} 处登录', '{count} logged out'],
  only_this: ['仅本机登录', 'You are logged in on this phone alone.'],
  unknown: ['其他方式', 'Another way'],
} as const satisfies Record<string, Sentence>;

export const LOGGED_IN_WITH: Record<NonNullable<OwnLogin['client']>, Sentence> = {
  h5: ['网页', 'Web page'],
  wechat: ['微信小程序', 'WeChat mini-program'],
  app: ['医教管理 APP', 'App'],
  console: ['管理端', 'Console'],
};
