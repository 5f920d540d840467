// Sentences of the face check between login and check-in: what it is for, what it waits for.

import type { Sentence } from './sentence.ts';

export const FACE = {
  title: ['请完成人脸核验', 'A face check, please'],
  why: [
    '本课程要求核验本人到场。核验由微信进行，本平台只收到“通过”或“未通过”，不保存照片。',
    'This course asks for proof that it is you. WeChat runs the check; we learn only whether it passed and keep no photo.',
  ],
  kept: [
    '{time} 扫码成功，已为您保留，核验通过后将自动签到。',
    'Your scan at {time} is kept; you are checked in once the check has passed.',
  ],
  begin: ['开始核验', 'Begin'],
  once_more: ['再次核验', 'Check again'],
  beginning: ['正在准备核验', 'Preparing the check'],
  looking: ['核验进行中', 'The check is open'],
  asking: ['正在确认核验结果', 'Asking for the result'],
  seal: ['待核验', 'To check'],
} as const satisfies Record<string, Sentence>;
