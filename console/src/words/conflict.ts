// Words of two people who have changed one course at once: what was typed, what stands, and which of them stays.
// It must not say who was right.
export const conflictWords = {
  'conflict.title': ['请选择要保留的设置', 'Choose what is to stay'],
  'conflict.lead': [
    '{who}已于 {time} 修改本课程的设置。以下各项与您填写的不同，请逐项选择后保存。',
    '{who} changed the settings of this course at {time}. Please choose for each of these, then save.',
  ],
  'conflict.lead_unknown': [
    '本课程的设置已有变化。以下各项与您填写的不同，请逐项选择后保存。',
    'The settings of this course have changed. Please choose for each of these, then save.',
  ],
  'conflict.somebody': ['其他人员', 'Somebody else'],
  'conflict.typed': ['您填写的', 'What you typed'],
  'conflict.standing': ['现有设置', 'What stands now'],
  'conflict.choose': ['请选择其中一项', 'Please choose one of the two'],
  'conflict.also': ['以下设置仅由对方修改，将予以保留：', 'These only the other changed; they stay:'],
  'conflict.value': ['{name}：{value}', '{name}: {value}'],
  'conflict.back': ['返回修改', 'Back to the form'],
  'conflict.save': ['按所选保存', 'Save as chosen'],
  'conflict.kept': [
    '{who}已于 {time} 修改以下设置，均已保留：{names}。',
    '{who} changed these settings at {time}, and they have been kept: {names}.',
  ],
  'conflict.kept_unknown': [
    '以下设置已有变化，均已保留：{names}。',
    'These settings had changed, and have been kept: {names}.',
  ],
  'conflict.comma': ['、', ', '],
  'conflict.opens': ['每日签到开始时间', 'Daily opening time'],
  'conflict.closes': ['每日签到结束时间', 'Daily closing time'],
  'conflict.cap': ['{cap} 人', '{cap} people'],
  'conflict.on': ['开启', 'On'],
  'conflict.off': ['关闭', 'Off'],
  'conflict.empty': ['未填写', 'None'],
} as const;
