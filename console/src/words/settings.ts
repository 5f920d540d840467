// Words of a course's settings: cap, code profile, opening hours, face check.
// It must not hold the limits themselves.
export const settingsWords = {
  'settings.title': ['课程设置', 'Course settings'],
  'settings.lead': [
    '保存后立即生效，并记入操作日志。',
    'Takes effect when saved, and is written to the audit log.',
  ],

  'cap.label': ['考勤人数上限', 'Attendance cap'],
  'cap.none': ['不设上限', 'No cap'],
  'cap.set': ['设上限', 'Set a cap'],
  'cap.unit': ['人', 'people'],
  'cap.hint': [
    '整个举办周期内累计的人数，同一人多次签到只计一人。满员后不再接受新增人员，已签到人员仍可扫码签退。',
    'Counts distinct people over the whole period. When full, newcomers are refused; those already in can still scan to sign out.',
  ],
  'cap.below': [
    '举办周期内累计已有 {n} 人签到。改为 {cap} 人后将不再接受新增人员，已有签到记录不变。',
    '{n:person has|people have} checked in over the whole period. With {cap}, no newcomer is accepted; records stay.',
  ],
  'cap.wrong': ['请填写 1 至 100000 的整数', 'Please enter a whole number from 1 to 100000'],

  'profile.label': ['二维码时效', 'Life of the code'],
  'profile.strict': ['严格', 'Strict'],
  'profile.strict_text': [
    '每 3 秒更换一次，仅接受 6 秒内的二维码。防范拍照代签效果最好，为默认设置。',
    'Changes every 3 s; a code is accepted for less than 6 s. Best against photos sent to others. The default.',
  ],
  'profile.standard': ['标准', 'Standard'],
  'profile.standard_text': [
    '每 5 秒更换一次，仅接受 10 秒内的二维码。适用于参会人员手机较旧、对焦较慢的会场。',
    'Changes every 5 s; a code is accepted for less than 10 s. For halls with older phones that focus slowly.',
  ],
  'profile.relaxed': ['宽松', 'Relaxed'],
  'profile.relaxed_text': [
    '每 5 秒更换一次，接受 15 秒内的二维码。仅限网络很慢时使用，代签风险较高。',
    'Changes every 5 s; a code is accepted for less than 15 s. Only for very slow lines: easier to cheat.',
  ],
  'profile.age': ['时效 < {s} 秒', 'Oldest < {s} s'],

  'hours.label': ['每日签到时间', 'Daily opening hours'],
  'hours.opens': ['开始', 'From'],
  'hours.closes': ['结束', 'Until'],
  'hours.hint': [
    '24 小时制，北京时间；结束可填 24:00。签退也要在结束之前完成。',
    '24-hour clock, Beijing time; 24:00 is allowed as the end. Sign-out also has to be done by then.',
  ],
  'hours.usual': ['07:00–18:00', '07:00–18:00'],
  'hours.whole_day': ['全天 00:00–24:00', 'All day 00:00–24:00'],
  'hours.not_a_time': ['请按 07:00 的格式填写时间', 'Please write the time like 07:00'],
  'hours.opens_late': ['开始时间须早于 24:00', 'It has to open before 24:00'],
  'hours.not_after': ['结束时间须晚于开始时间', 'It has to close after it opens'],

  'face.label': ['人脸核验', 'Face check'],
  'face.on': ['签到前核验人脸', 'Check the face before check-in'],
  'face.hint': [
    '开启后，人员须通过人脸核验方可签到。需先由系统管理员配置核验服务。',
    'When on, people check in only after a face check. A provider has to be configured first.',
  ],

  'location.label': ['会场坐标', "The hall's coordinates"],
  'location.example': ['28.19409, 112.97228', '28.19409, 112.97228'],
  'location.hint': [
    '从高德或腾讯地图复制（GCJ-02）。填写后，小程序会在签到后询问手机位置，只保存与会场的距离，作为核对线索，不影响签到。留空则不询问。',
    'Copied from a Chinese map (GCJ-02). The mini-program then asks for the position after a check-in; only the distance is kept, as evidence, and no check-in depends on it. Empty: no phone is asked.',
  ],
  'location.meant': ['北纬 {latitude}°，东经 {longitude}°', 'Latitude {latitude}°, longitude {longitude}°'],
  'location.wrong': [
    '请填写两个数字，如 28.19409, 112.97228',
    'Write two numbers, such as 28.19409, 112.97228',
  ],

  'settings.conflict_title': ['请选择要保留的设置', 'Choose what is to stay'],
  'settings.conflict_lead': [
    '{who}已于 {time} 修改本课程的设置。以下各项与您填写的不同，请逐项选择后保存。',
    '{who} changed the settings of this course at {time}. Please choose for each of these, then save.',
  ],
  'settings.conflict_lead_unknown': [
    '本课程的设置已有变化。以下各项与您填写的不同，请逐项选择后保存。',
    'The settings of this course have changed. Please choose for each of these, then save.',
  ],
  'settings.conflict_standing': ['现有设置', 'What stands now'],
  'settings.conflict_also': [
    '以下设置仅由对方修改，将予以保留：',
    'These only the other changed; they stay:',
  ],
  'settings.conflict_kept': [
    '{who}已于 {time} 修改以下设置，均已保留：{names}。',
    '{who} changed these settings at {time}, and they have been kept: {names}.',
  ],
  'settings.conflict_kept_unknown': [
    '以下设置已有变化，均已保留：{names}。',
    'These settings had changed, and have been kept: {names}.',
  ],

  'settings.value_opens': ['每日签到开始时间', 'Daily opening time'],
  'settings.value_closes': ['每日签到结束时间', 'Daily closing time'],
  'settings.value_cap': ['{cap} 人', '{cap} people'],
  'settings.value_on': ['开启', 'On'],
  'settings.value_off': ['关闭', 'Off'],
  'settings.value_empty': ['未填写', 'None'],
} as const;
