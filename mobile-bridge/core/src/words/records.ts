// Sentences of the person's own records and of a receipt's public page.

import type { CheckIn } from '../wire/wire.ts';
import type { Sentence } from './sentence.ts';

export const RECORDS = {
  title: ['我的签到记录', 'My check-ins'],
  on_day: ['{count} 条', '{count}'],
  none: ['暂无签到记录', 'No check-ins yet'],
  none_why: [
    '在会场扫码签到后，记录将按日期显示在此处。',
    'After you scan at a venue, your check-ins are listed here by day.',
  ],
  more: ['更早的记录', 'Earlier check-ins'],
  not_recognised: ['已记录，主办方未认可', 'Recorded, not recognised by the organiser'],
  left_out: [
    '另有 {count} 条记录暂时无法显示，记录仍然有效。',
    '{count} more cannot be shown for now; what is recorded stands.',
  ],
  no_more: ['已显示全部记录', 'That is all'],
} as const satisfies Record<string, Sentence>;

export const RECEIPT = {
  valid: ['回执有效', 'Valid receipt'],
  attests: ['下列签到已记入系统', 'This check-in is on record'],
  seal: ['有效', 'Valid'],
  not_recognised: ['已记录，主办方未认可', 'Recorded, not recognised by the organiser'],
  not_recognised_why: [
    '下列签到已记入系统，但未被认定为有效。如有疑问，请联系主办单位。',
    'This check-in is on record, but the organiser does not count it as valid. If in doubt, please ask the organising unit.',
  ],
  seal_not_recognised: ['已记录', 'Recorded'],
  name: ['姓名', 'Name'],
  unit: ['单位', 'Unit'],
  course: ['课程', 'Course'],
  project: ['项目', 'Project'],
  at: ['签到时间', 'Checked in at'],
  recorded_at: ['记录时间', 'Recorded at'],
  source: ['方式', 'How'],
  tail: ['回执尾号', 'Receipt ending'],
  masked: ['为保护个人信息，姓名已部分隐去。', 'Part of the name is hidden to protect the person.'],
} as const satisfies Record<string, Sentence>;

export const SOURCES: Record<CheckIn['source'], Sentence> = {
  scan: ['扫码', 'Scan'],
  assisted: ['会务人员补录', 'By staff'],
  card: ['刷卡', 'Card'],
};
