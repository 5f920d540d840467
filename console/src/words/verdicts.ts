// Words of suspicion and verdict in the records: what is suspected, what staff decide, what that does.
// It must not hold the reasons of a suspicion: the server says those.
export const verdictWords = {
  'records.order': ['排序', 'Order'],
  'records.by_time': ['按时间', 'By time'],
  'records.by_suspicion': ['可疑优先', 'Suspicious first'],
  'records.only_suspicious': ['只看可疑', 'Suspicious only'],
  'records.none_suspicious': ['暂无可疑记录', 'No suspicious record'],
  'records.none_suspicious_text': [
    '可疑评分达到标准的记录将显示在此处，并说明原因。',
    'Records appear here once enough speaks against them, with the reasons.',
  ],
  'records.caption_suspicion': ['签到明细，最可疑的在前', 'Attendance records, the most suspicious first'],

  'suspicion.mark': ['可疑', 'Suspicious'],
  'suspicion.score': ['可疑评分 {n}', 'Score {n}'],
  'suspicion.reasons': ['可疑原因', 'What speaks against it'],
  'suspicion.screens': ['可疑记录所用的屏幕', 'Screens of the suspicious records'],
  'suspicion.from': [
    '本页 {count} 条可疑记录使用{place}（屏幕 {n}）的二维码',
    '{count:suspicious record|suspicious records} on this page used the code of {place} (screen {n})',
  ],

  'verdict.choose': ['选择{name} {time} 的记录', "Choose {name}'s record of {time}"],
  'verdict.bar': ['所选记录', 'The chosen records'],
  'verdict.give': ['核查结论', 'Verdict'],
  'verdict.give_kept': ['保留', 'Keep'],
  'verdict.give_struck': ['剔除', 'Strike'],
  'verdict.one_kept': ['保留{name} {time} 的记录', "Keep {name}'s record of {time}"],
  'verdict.one_struck': ['剔除{name} {time} 的记录', "Strike {name}'s record of {time}"],
  'verdict.many_kept': ['保留所选 {n} 条', 'Keep {n:chosen record|chosen records}'],
  'verdict.many_struck': ['剔除所选 {n} 条', 'Strike {n:chosen record|chosen records}'],
  'verdict.kept': ['已保留', 'Kept'],
  'verdict.struck': ['已剔除', 'Struck'],
  'verdict.by': ['{by} {time}', '{by} {time}'],

  'verdict.title_kept': ['保留 {n} 条记录', 'Keep {n:record|records}'],
  'verdict.title_struck': ['剔除 {n} 条记录', 'Strike {n:record|records}'],
  'verdict.whose': ['涉及 {people} 人：{names}', 'Of {people:person|people}: {names}'],
  'verdict.whose_more': ['涉及 {people} 人：{names}等', 'Of {people:person|people}: {names} and others'],
  'verdict.does_kept': ['将标为“保留”，表示已核实本人在场。', 'Marked as kept: the person was present.'],
  'verdict.does_struck': [
    '将标为“剔除”，表示不认可这些签到。',
    'Marked as struck: these check-ins are not accepted.',
  ],
  'verdict.stays': [
    '记录不会删除，人数与人次不变；以最后一次结论为准，可随时更改。',
    'No record is deleted and no count changes. The newest verdict holds, and can be given anew.',
  ],
  'verdict.logged': [
    '您的姓名与理由会随结论保存，并记入操作日志。',
    'Your name and the reason are kept with it and written to the audit log.',
  ],
  'verdict.reason': ['理由', 'Reason'],
  'verdict.reason_absent': ['抽查时不在场', 'Was not there at a spot check'],
  'verdict.reason_unseen': ['会务人员核实本人不在会场', 'Staff found that the person was not in the hall'],
  'verdict.reason_picture': ['扫描他人转发的二维码图片', 'Scanned a picture that somebody sent'],
  'verdict.reason_seen': ['会务人员确认本人在会场', 'Staff saw the person in the hall'],
  'verdict.reason_explained': ['本人到会务台说明', 'The person explained it at the desk'],
  'verdict.reason_technical': [
    '网络或手机原因，签到属实',
    'Caused by network or phone; the check-in is true',
  ],
  'verdict.submit_kept': ['保留这 {n} 条', 'Keep {n:record|records}'],
  'verdict.submit_struck': ['剔除这 {n} 条', 'Strike {n:record|records}'],
  'verdict.done_kept': ['已保留 {n} 条记录', '{n:record|records} kept'],
  'verdict.done_struck': ['已剔除 {n} 条记录', '{n:record|records} struck'],
} as const;
