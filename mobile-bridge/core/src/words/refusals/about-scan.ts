// Refusals about what was scanned: the code, the screen it came from, the pass it was exchanged for.
// Read with refusal-words.ts, which says what each part means.

import { refusal, type Refusals } from './refusal-words.ts';

export const ABOUT_SCAN = {
  code_malformed: refusal(
    'soon',
    'scan',
    ['无法识别签到码', 'This is not a complete code'],
    [
      '地址里的签到码不完整。请直接扫描会场屏幕上的二维码。',
      'Part of the code is missing. Please scan the screen in the hall.',
    ],
  ),
  code_forged: refusal(
    'no',
    'scan',
    ['签到码无法核实', 'The code could not be verified'],
    [
      '这个二维码不是由本平台的会场屏幕显示的。请扫描会场屏幕。',
      'It was not shown by a screen of this platform. Please scan the screen in the hall.',
    ],
  ),
  code_expired: refusal(
    'soon',
    'scan',
    ['二维码已过期', 'The code has expired'],
    [
      '签到码每隔几秒更换一次，照片和转发的链接无法签到。请在现场重新扫描屏幕。',
      'Codes change every few seconds, so photos and forwarded links do not work. Please scan the screen again.',
    ],
  ),
  screen_closed: refusal(
    'no',
    'scan',
    ['该屏幕已停止签到', 'This screen has been closed'],
    [
      '主办单位已关闭该屏幕。会场如有其他屏幕，请扫描其他屏幕。',
      'The organiser has closed it. If the hall has another screen, please scan that one.',
    ],
  ),
  pass_expired: refusal(
    'soon',
    'scan',
    ['扫码凭证已过期', 'Your scan has expired'],
    [
      '扫码后未登录时凭证保留 3 分钟，登录后保留 24 小时。请重新扫描屏幕。',
      'A scan is kept for 3 minutes before login and for 24 hours after it. Please scan the screen again.',
    ],
  ),
  pass_invalid: refusal(
    'soon',
    'scan',
    ['扫码凭证不能使用', 'This scan cannot be used'],
    [
      '扫码和签到须用同一部手机、同一个账号。请重新扫描屏幕。',
      'Scan and check-in must use the same phone and account. Please scan the screen again.',
    ],
  ),
  line_lost: refusal(
    'soon',
    'scan',
    ['扫码时网络中断', 'The line dropped during the scan'],
    [
      '签到码已在等待中过期，没有签到。网络恢复后请重新扫描屏幕。',
      'The code expired while waiting, and you are not checked in. Please scan again once the line is back.',
    ],
  ),
} satisfies Refusals;
