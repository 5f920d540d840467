// Refusals about the course: its project, its days, its hours, its places.
// Read with refusal-words.ts, which says what each part means.

import { refusal, type Refusals } from './refusal-words.ts';

export const ABOUT_COURSE = {
  project_not_approved: refusal(
    'no',
    'show_staff',
    ['项目尚未获准举办', 'The project has not been approved'],
    [
      '项目通过审核后才能签到。请联系主办单位。',
      'Check-in starts once the project has been approved. Please contact the organiser.',
    ],
  ),
  outside_period: refusal(
    'no',
    'show_staff',
    ['今天不在举办周期内', 'Today is outside the declared period'],
    [
      '仅在申报的举办日期内签到有效。请联系主办单位核对日期。',
      'Check-ins count only on the declared days. Please check the dates with the organiser.',
    ],
  ),
  course_not_open: refusal(
    'soon',
    'scan',
    ['签到尚未开始', 'Check-in has not opened yet'],
    [
      '将于 {opens_at} 开始。届时请重新扫描会场屏幕。',
      'It opens at {opens_at}. Please scan the screen again then.',
    ],
  ),
  course_over: refusal(
    'no',
    'show_staff',
    ['今天的签到已结束', 'Check-in has ended for today'],
    [
      '已超过本课程的签到时间。如您在现场，请会务人员协助签到。',
      'The hours for check-in have passed. If you were present, please ask the staff to check you in.',
    ],
  ),
  cap_reached: refusal(
    'no',
    'show_staff',
    ['签到人数已满', 'The course is full'],
    [
      '本课程已达考勤人数上限。如需增加名额，请联系会务人员。',
      'The attendance cap of this course has been reached. Please speak to the staff.',
    ],
  ),
  position_not_asked: refusal(
    'no',
    'home',
    ['本课程不需要位置信息', 'This course does not ask for a position'],
    ['签到不受影响，无需再次操作。', 'Your check-in is not affected; there is nothing more to do.'],
  ),
} satisfies Refusals;
