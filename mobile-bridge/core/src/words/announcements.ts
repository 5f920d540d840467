// Sentences of the announcements that a person reads. What an announcement says comes from the server.

import type { Sentence } from './sentence.ts';

export const ANNOUNCEMENTS = {
  title: ['通知公告', 'Announcements'],
  none: ['暂无公告', 'No announcements'],
  none_why: [
    '本单位及上级主管部门发布的公告将显示在此处。',
    'What your unit and the authorities above it announce is shown here.',
  ],
  pinned: ['置顶', 'Pinned'],
  unread: ['未读', 'Unread'],
  more: ['更早的公告', 'Earlier announcements'],
  gone: [
    '该公告已撤回或已到期，请返回查看其他公告。',
    'It was withdrawn or has ended. Please go back to the others.',
  ],
} as const satisfies Record<string, Sentence>;
