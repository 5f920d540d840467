// Sentences of undoing a binding of WeChat: what is asked before, and that it is done.

import type { Sentence } from './sentence.ts';

export const UNBIND = {
  title: ['解除微信绑定', 'Unbind WeChat'],
  /** In the mini-program, whose login is the binding. */
  asked: [
    '下次扫码时，需重新填写姓名、证件号码并验证手机号。签到记录和学分不受影响。',
    'The next scan asks for your name, ID number and phone again. Your check-ins and credits stay.',
  ],
  /** On a page, which has other ways to log in. */
  asked_on_page: [
    '解除后将退出登录，下次扫码需重新登录。签到记录和学分不受影响。',
    'You will be logged out, and your next scan asks you to log in. Your check-ins and credits stay.',
  ],
  /** WeChat's own dialogue takes four characters for each of its buttons. */
  yes: ['解除', 'Yes'],
  no: ['取消', 'No'],
  done: ['已解除微信绑定', 'WeChat is unbound'],
} as const satisfies Record<string, Sentence>;
