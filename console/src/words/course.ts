// Words of one course: its head, its pages and its live numbers.
// It must not hold words of screens, settings, records or assistance.
export const courseWords = {
  'course.pages': ['课程功能', 'Pages of this course'],
  'course.live': ['现场', 'Live'],
  'course.records': ['签到明细', 'Attendance records'],
  'course.assist': ['协助签到', 'Assisted check-in'],
  'course.settings': ['设置', 'Settings'],
  'course.hours': ['{hours} 学时', '{hours} hours'],
  'course.lecturer': ['主讲 {name}', 'Lecturer {name}'],
  'course.hours_of_day': ['当日 {opens}–{closes}', '{opens}–{closes} that day'],
  'course.daily': ['每日 {opens}–{closes}', '{opens}–{closes} daily'],
  'course.period': ['举办周期', 'Declared period'],
  'course.period_day_today': ['{day}，今天', '{day}, today'],
  'course.period_more': ['共 {n} 天', '{n:day|days} in all'],
  'course.outside': [
    '今天不在举办周期内，签到不会计入。',
    'Today is outside the declared period: check-ins would not count.',
  ],
  'course.figures': ['今日实况', 'Today, live'],
  'course.check_ins': ['人次', 'Records'],
  'course.screens_open': ['已打开的屏幕', 'Screens open'],
  'course.no_cap': ['未设上限', 'No cap'],
  'course.face_on': ['需人脸核验', 'Face check on'],
} as const;
