// Sentences that only a mini-program needs: its settings as rows, its own scanner, WeChat's login being unavailable.

import type { Sentence } from './sentence.ts';

export const MINI_PROGRAM = {
  large_text: ['大字显示', 'Large text'],
  on: ['已开启', 'On'],
  off: ['未开启', 'Off'],
  language: ['English', '中文'],
  scanner_failed_why: [
    '请允许微信使用相机后再试，或退回微信用“扫一扫”。',
    'Please allow WeChat to use the camera, or go back to WeChat and use its scanner.',
  ],
  located: [
    '已向主办单位提供您与会场的距离，位置本身不保存',
    'The organiser has your distance from the venue; the position itself is not kept',
  ],
  tried_again: [
    '网络恢复后将自动登录并签到，也可以用注册时的手机号登录。',
    'You will be logged in and checked in by itself. Your registered mobile number works as well.',
  ],
  by_phone: ['用手机号登录', 'Log in by phone'],
  settings: ['打开权限设置', 'Open the settings'],
  show_staff: ['出示给会务人员', 'Show to staff'],
} as const satisfies Record<string, Sentence>;
