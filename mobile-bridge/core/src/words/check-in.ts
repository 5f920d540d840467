// Sentences of the page a scan opens: on the way, waiting, recorded, shown to staff.

import type { Wait } from '../attempt.ts';
import type { Sentence } from './sentence.ts';

export const CHECK_IN = {
  opened: ['正在核对签到码', 'Verifying the code'],
  sending: ['正在签到', 'Checking you in'],
  recorded: ['已签到', 'Checked in'],
  already: ['您已于 {time} 签到', 'You checked in at {time}'],
  seal_sending: ['签到中', 'Sending'],
  seal_waiting: ['待提交', 'Waiting'],
  seal_around: ['继续医学教育', 'Continuing medical education'],
  receipt: ['回执尾号', 'Receipt ending'],
  sign_out: ['如课程要求签退，请在结束时再次扫码', 'If the course asks for sign-out, scan again at its end'],
  kept: [
    '扫码凭证已保存在这部手机上，网络恢复后将自动签到，按扫码时间 {time} 记录。',
    'Your scan is kept on this phone. It will be sent by itself and recorded as of {time}.',
  ],
  may_close: [
    '可关闭本页，24 小时内再次打开将继续提交。',
    'You may close this page; opening it again within 24 hours goes on.',
  ],
  next_try: ['{seconds} 秒后重试', 'Next try in {seconds} s'],
  trying: ['正在重试', 'Trying now'],
  try_now: ['立即重试', 'Try now'],
} as const satisfies Record<string, Sentence>;

export const WAITS: Record<Wait, Sentence> = {
  line: ['正在等待网络恢复', 'Waiting for the connection'],
  storage: ['正在等待系统恢复', 'Waiting for the service'],
  crowd: ['当前签到人数较多，正在排队', 'Many people at once, waiting for a turn'],
};
