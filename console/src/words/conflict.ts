// Words of two people who have changed one thing at once: what was typed, what stands, and which of them stays.
// It must not say who was right, nor name the thing: a kind may have words of its own (form/editing.ts).
export const conflictWords = {
  'conflict.title': ['请选择要保留的内容', 'Choose what is to stay'],
  'conflict.lead': [
    '{who}已于 {time} 修改此项内容。以下各项与您填写的不同，请逐项选择后保存。',
    '{who} changed this at {time}. Please choose for each of these, then save.',
  ],
  'conflict.lead_unknown': [
    '此项内容已有变化。以下各项与您填写的不同，请逐项选择后保存。',
    'This has changed. Please choose for each of these, then save.',
  ],
  'conflict.standing': ['现有内容', 'What stands now'],
  'conflict.also': ['以下各项仅由对方修改，将予以保留：', 'These only the other changed; they stay:'],
  'conflict.kept': [
    '{who}已于 {time} 修改以下各项，均已保留：{names}。',
    '{who} changed these at {time}, and they have been kept: {names}.',
  ],
  'conflict.kept_unknown': [
    '以下各项已有变化，均已保留：{names}。',
    'These had changed, and have been kept: {names}.',
  ],
  'conflict.somebody': ['其他管理员', 'Somebody else'],
  'conflict.typed': ['您填写的', 'What you typed'],
  'conflict.choose': ['请选择其中一项', 'Please choose one of the two'],
  'conflict.value': ['{name}：{value}', '{name}: {value}'],
  'conflict.back': ['返回修改', 'Back to the form'],
  'conflict.save': ['按所选保存', 'Save as chosen'],
  'conflict.comma': ['、', ', '],
} as const;
