// Sentences of the person's own notices, and of how they want to be told. What a notice says comes from the server.

import type { Sentence } from './sentence.ts';

export const INBOX = {
  title: ['消息', 'Notices'],
  none: ['暂无消息', 'No notices yet'],
  none_why: [
    '注册审核、人员状态变更和调动的结果将显示在此处。',
    'Verdicts on your registration and your state, and transfers, are shown here.',
  ],
  unread: ['未读', 'Unread'],
  mark_all: ['全部标为已读', 'Mark all as read'],
  more: ['更早的消息', 'Earlier notices'],
  no_more: ['已显示全部消息', 'That is all'],
  how: ['短信提醒', 'Text messages'],
  how_why: ['与账号安全有关的短信不受此设置限制。', 'Warnings about your account are sent all the same.'],
  sms: ['同时以短信通知我', 'Tell me by text message, too'],
  quiet: ['免打扰时段（期间的短信延后发送）', 'Hours of rest (messages wait until they are over)'],
  quiet_from: ['开始', 'From'],
  quiet_until: ['结束', 'Until'],
  quiet_none: ['起止时间相同时，不设免打扰。', 'None, where both are the same.'],
  saved: ['已保存', 'Saved'],
  changed: ['设置已在别处更改，现已更新，请重新选择。', 'It was changed elsewhere: please choose again.'],
} as const satisfies Record<string, Sentence>;
