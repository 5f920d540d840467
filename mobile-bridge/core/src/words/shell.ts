// Sentences that every page shares: the bar at the top, the names of things, the way a page fails to load.

import type { Sentence } from './sentence.ts';

export const SHELL = {
  brand: ['在场', 'Zaichang'],
  large_text: ['大字', 'Large text'],
  other_language: ['English', '中文'],
  back: ['返回', 'Back'],
  loading: ['正在打开', 'Opening'],
  scan: ['扫码签到', 'Scan to check in'],
  my_records: ['我的签到记录', 'My check-ins'],
  log_in: ['登录', 'Log in'],
  log_out: ['退出登录', 'Log out'],
  home: ['首页', 'Start page'],
  no_answer: ['网络连接失败', 'No connection'],
  no_answer_why: ['请检查网络后再试。', 'Please check the connection and try again.'],
  try_again: ['再试一次', 'Try again'],
} as const satisfies Record<string, Sentence>;
