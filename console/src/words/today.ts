// Words of today's courses: the day bar, the cards and their states.
// It must not hold words of a single course's pages.
export const todayWords = {
  'today.title': ['今日课程', "Today's courses"],
  'today.other_day': ['课程', 'Courses'],
  'today.today': ['今天', 'Today'],
  'today.back_to_today': ['回到今天', 'Back to today'],
  'today.previous': ['前一天', 'The day before'],
  'today.next': ['后一天', 'The day after'],
  'today.pick': ['选择日期', 'Choose a day'],
  'today.search': ['搜索课程、项目或地点', 'Search course, project or venue'],
  'today.state': ['状态', 'State'],
  'today.state_all': ['全部', 'All'],
  'today.summary': [
    '{courses} 门课程，{open} 门正在签到，共 {check_ins} 人次',
    '{courses:course|courses}, {open} taking check-ins, {check_ins:record|records}',
  ],
  'today.summary_past': [
    '{courses} 门课程，共 {check_ins} 人次',
    '{courses:course|courses}, {check_ins:record|records}',
  ],
  'today.summary_future': ['{courses} 门课程', '{courses:course|courses}'],
  'today.summary_part': [
    '共 {all} 门课程，已列出 {n} 门，可搜索或显示更多',
    '{n} of {all} courses are listed: search, or show more',
  ],
  'today.empty_title': ['当日没有课程', 'No course on this day'],
  'today.empty_text': [
    '项目通过审核后，在申报的举办周期内，每天的课程将显示在此处。请选择其他日期查看。',
    'Once a project is approved, its courses appear here on every day of the declared period. Try another day.',
  ],
  'today.none_title': ['没有符合条件的课程', 'No course matches'],
  'today.none_text': [
    '请放宽搜索或状态条件，或选择其他日期。',
    'Widen the search or the state, or choose another day.',
  ],
  'today.more': ['显示更多', 'Show more'],
  'today.clear': ['清除条件', 'Clear filters'],

  'state.not_open': ['未开始', 'Not open'],
  'state.open': ['签到中', 'Open'],
  'state.full': ['已满员', 'Full'],
  'state.closed': ['已结束', 'Closed'],
  'state.refused': ['不能签到', 'Not possible'],
  'state.not_open_until': ['{time} 开始签到', 'Opens at {time}'],
  'state.not_open_until_day': ['{day} {time} 开始签到', 'Opens on {day} at {time}'],
  'state.open_until': ['签到至 {time}', 'Open until {time}'],
  'state.full_text': ['已签到人员仍可签退', 'Those present can still sign out'],
  'state.over_since': ['{time} 结束', 'Ended at {time}'],
  'state.closed_text': ['签到已结束', 'Check-in is over'],

  'count.people': ['人', 'people'],
  'count.people_today': ['人（今日）', 'people today'],
  'count.seats_taken': ['累计 {n}/{cap}', '{n}/{cap} in all'],
  'count.check_ins': ['{n} 人次', '{n:record|records}'],
  'count.open_screens': ['{n} 个屏幕', '{n:screen|screens}'],
  'count.heard': [
    '今日 {attendees} 人，{check_ins} 人次',
    '{attendees:person|people} today, {check_ins:record|records}',
  ],
  'count.heard_capped': [
    '今日 {attendees} 人，{check_ins} 人次，累计 {seats_taken} 人，上限 {cap} 人',
    '{attendees:person|people} today, {check_ins:record|records}, {seats_taken} of {cap} in all',
  ],
} as const;
