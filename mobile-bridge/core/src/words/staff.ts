// Sentences that stand beneath a refusal: the course's days and hours, and the card to show to the staff.
// The refusal's own words are in refusals/.

import type { Sentence } from './sentence.ts';

export const STAFF = {
  title: ['请会务人员查看', 'For the staff'],
  unit: ['单位', 'Unit'],
  course: ['课程', 'Course'],
  reason: ['情况', 'What happened'],
  time: ['扫码时间', 'Scanned at'],
  request: ['编号', 'Reference'],
  logged_out: ['未登录', 'Not logged in'],
} as const satisfies Record<string, Sentence>;

export const COURSE = {
  period: ['举办周期', 'Declared period'],
  opening_hours: ['签到时间', 'Hours'],
} as const satisfies Record<string, Sentence>;
