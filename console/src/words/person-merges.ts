// Words of merging people who are registered twice. It must not hold why they are not merged: the server says that.
export const personMergeWords = {
  'merges.title': ['合并记录', 'Merges'],
  'merges.lead': [
    '同一人重复注册，或以错误证件号码注册的，由主管部门合并为一人：签到记录归合并后保留的人员，被合并的证件号码作废，不能重新注册。',
    'Somebody who is registered twice, or under a wrong number, is made one person by the authority: the records are those of who stays, and the number of the other is void and cannot be registered anew.',
  ],
  'merges.none': ['未办理过合并。', 'No merges.'],
  'merges.was_merged': [
    '{name}（{number}，{unit}）合并到本人员',
    '{name} ({number}, {unit}) was merged into this person',
  ],
  'merges.merged_into': ['合并到 {name}（{number}，{unit}）', 'Merged into {name} ({number}, {unit})'],
  'merges.state_stands': ['已合并', 'Merged'],
  'merges.state_undone': ['已撤销', 'Undone'],
  'merges.by': ['{unit} {by} {at} 合并', 'Merged by {by} of {unit}, {at}'],
  'merges.undone_by': ['{by} {at} 撤销：{reason}', 'Undone by {by}, {at}: {reason}'],
  'merges.reason': ['理由', 'Why'],
  'merges.phone_taken_over': [
    '保留的人员改用被合并的手机号',
    'The person who stays has the phone of the other',
  ],
  'merges.see_stays': ['查看合并后保留的人员', 'See who stays'],
  'merges.is_merged': [
    '该人员已合并，不能登录、签到或修改；请在合并后保留的人员页面办理。',
    'This person was merged: this row has no login and no check-ins, and is not changed. See who stays.',
  ],

  'merges.merge': ['合并到其他人员', 'Merge into another person'],
  'merges.merge_title': ['将{name}合并到其他人员', 'Merge {name} into another person'],
  'merges.search': [
    '搜索姓名、拼音、证件号码、手机号或医通卡号',
    'A name, pinyin, document number, phone or card number',
  ],
  'merges.search_hint': [
    '默认列出管辖范围内姓名或读音相同的人员；号码须完整输入。',
    'Those of your area who are called the same are listed; numbers are typed whole.',
  ],
  'merges.find': ['查找', 'Search'],
  'merges.found': ['合并后保留的人员', 'Who stays'],
  'merges.none_found': [
    '未找到其他人员，请输入另一条注册信息的姓名或证件号码。',
    'No other person was found: type the name or number of the other registration.',
  ],
  'merges.submit': ['合并', 'Merge'],
  'merges.other_name': [
    '两人姓名不同，请再次核对证件原件。',
    'They are called differently: please look at the documents once more.',
  ],
  'merges.waits': [
    '有调动或状态变更尚未办结，办结后方可合并。',
    'A transfer or a change of state waits; it is decided first.',
  ],
  'merges.does_records': [
    '{name}的 {n} 条签到记录归保留的人员，保留的人员原有 {own} 条；记录本身不变。',
    '{n:check-in|check-ins} of {name} become those of who stays, beside {own} of their own; the records stay as they are.',
  ],
  'merges.does_courses': [
    '两人都有签到的课程 {n} 门，人数各减少一人：',
    '{n:course|courses} with check-ins of both, which count one person less:',
  ],
  'merges.course': ['{title}（{days}）：{from} 条与 {into} 条', '{title} ({days}): {from} and {into}'],
  'merges.course_same': ['其中 {n} 条在同一签到时段', '{n} of these in the same slot'],
  'merges.more_courses': ['其余 {n} 门未列出', '{n} more are not listed'],
  'merges.does_logins': [
    '{name}的登录（{n} 个）全部退出，微信绑定解除；其证件号码作废，不能重新注册。',
    'All logins of {name} ({n}) end, and WeChat is unbound; the document number is void and cannot be registered anew.',
  ],
  'merges.does_undo': [
    '保留的人员此后没有新的变更和签到的，可以撤销。',
    'It can be undone as long as who stays is neither changed nor checks in to the same courses.',
  ],
  'merges.phone': ['合并后的登录手机号', 'The phone from then on'],
  'merges.phone_kept': ['保留 {phone}', 'Keep {phone}'],
  'merges.phone_other': ['改用 {phone}', 'Use {phone}'],
  'merges.does_phone': [
    '保留的人员的登录全部退出，须用新手机号重新登录；以短信告知原手机号（已设置短信模板的）。',
    'All logins of who stays end, and they log in with the other phone; the one before is told where a template is set.',
  ],
  'merges.reason_twice': ['同一人重复注册，已核对证件原件', 'Registered twice; documents seen'],
  'merges.reason_wrong': ['证件号码有误，已核对证件原件', 'The number was wrong; document seen'],

  'merges.undo': ['撤销合并', 'Undo the merge'],
  'merges.undo_one': ['撤销合并（{name}）', 'Undo the merge of {name}'],
  'merges.undo_title': ['撤销{name}的合并', 'Undo the merge of {name}'],
  'merges.undo_does': [
    '两人恢复为各自的人员和签到记录，相关课程重新计算人数；手机号恢复为合并前的号码。已退出的登录不恢复。',
    'Both are two people again with their own records and phones, and the courses are counted anew. Logins that have ended stay so.',
  ],
  'merges.reason_two': ['核对后确认为两人', 'They are two people after all'],
  'merges.reason_mistake': ['选择的人员有误', 'The wrong person was chosen'],
} as const;
