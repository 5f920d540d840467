// Words of every form that edits something: save, discard, leave. It must not know what is edited.
export const editWords = {
  'edit.save': ['保存更改', 'Save changes'],
  'edit.revert': ['撤销更改', 'Discard changes'],
  'edit.saved': ['已保存 {time}', 'Saved at {time}'],
  'edit.unchanged': ['没有未保存的更改', 'No unsaved changes'],
  'edit.changed': ['有 {n} 项未保存的更改', '{n:unsaved change|unsaved changes}'],
  'edit.leave_title': ['是否放弃未保存的更改？', 'Discard the changes?'],
  'edit.leave_text': [
    '有 {n} 项更改尚未保存，离开后将丢失。',
    '{n:change has|changes have} not been saved and would be lost.',
  ],
  'edit.leave': ['放弃并离开', 'Discard and leave'],
  'edit.stay': ['留在此页', 'Stay here'],
} as const;
