// Sentences that only the page in an app needs, beside those of the core's catalogue.
// Refusals of the app itself stand here too: the server never says them.

import type { Problem, Sentence } from '@zaichang/core';

export const APP = {
  logging_in: ['正在确认身份', 'Confirming who you are'],
  hello: ['{name}，您好', 'Hello, {name}'],
  done: ['完成', 'Done'],
  outside: ['请在医教管理 APP 中打开', 'Please open this page in the app'],
  outside_why: [
    '本页需要应用的扫码与身份确认。也可用微信或手机相机扫描会场屏幕签到。',
    "This page needs the app's scanner and its word for you. You may also scan the hall's screen with WeChat or the phone's camera.",
  ],
  open_in_browser: ['在手机网页中签到', 'Check in with the browser'],
} as const satisfies Record<string, Sentence>;

/** What the app's scanner gave instead of a text. */
export const NO_SCAN: Record<'denied' | 'unavailable', Sentence> = {
  denied: [
    '应用未获得相机权限，请在手机设置中允许',
    'The app may not use the camera; please allow it in the settings',
  ],
  unavailable: ['扫码未能打开，请再试一次', 'The scanner did not open, please try again'],
};

/** Why no person is logged in, where the app is the reason. */
const NO_LOGIN: Record<'app_signed_out' | 'app', readonly [what: Sentence, why: Sentence]> = {
  app_signed_out: [
    ['请先登录应用', 'Please log in to the app'],
    ['登录后请返回本页，扫码凭证将为您保留 3 分钟。', 'Then come back: your scan is kept for three minutes.'],
  ],
  app: [
    ['应用暂时无法确认您的身份', 'The app cannot confirm who you are just now'],
    [
      '请再试一次；如仍不行，请用微信扫描会场屏幕。',
      "Please try again; if it stays, scan the hall's screen with WeChat.",
    ],
  ],
};

export function no_login_words({ code }: Problem): readonly [what: Sentence, why: Sentence] | null {
  if (!code.startsWith('app_')) return null;
  return code === 'app_signed_out' ? NO_LOGIN.app_signed_out : NO_LOGIN.app;
}
