// Sentences of the start page, and of the notices about scans that are still under way.

import type { Attempt } from '../attempt.ts';
import type { Sentence } from './sentence.ts';

export const HOME = {
  title: ['会场签到', 'Check in at the venue'],
  what_to_do: ['扫描会场屏幕上的二维码', "Scan the code on the hall's screen"],
  not_logged_in: ['扫码并登录后即可签到', 'Scan first, then log in to be checked in'],
  register: ['注册与注册进度', 'Register, or see how far it is'],
  notices: ['扫码进展', 'Your scans'],
  held: ['待单位审核通过后提交', 'Waits for your unit to approve you'],
  scanned_at: ['{time} 扫码', 'Scanned at {time}'],
  log_out_pauses: [
    '有 {count} 次签到待提交。退出登录后暂停提交，再次登录后继续。',
    '{count} check-in(s) are not sent yet. They pause when you log out and go on when you log in again.',
  ],
  log_out_anyway: ['仍要退出', 'Log out anyway'],
  stay: ['暂不退出', 'Stay logged in'],
} as const satisfies Record<string, Sentence>;

export const NOTICES: Record<Attempt['state'], Sentence> = {
  opened: ['正在核对签到码', 'Verifying the code'],
  needs_login: ['等待登录后签到', 'Waiting for login'],
  needs_face: ['等待人脸核验后签到', 'Waiting for the face check'],
  sending: ['正在签到', 'Checking you in'],
  deferred: ['等待提交，系统将自动重试', 'Waiting; tries again by itself'],
  recorded: ['已签到', 'Checked in'],
  already: ['已签到', 'Checked in'],
  refused: ['未签到', 'Not checked in'],
};
