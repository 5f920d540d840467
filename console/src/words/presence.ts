// Words of presence on the day: spot checks, who is missing from one, heads counted in the hall.
// It must not hold what a record is suspected of; the server says that.
export const presenceWords = {
  'spot.title': ['抽查', 'Spot checks'],
  'spot.order': ['发起抽查', 'Order a spot check'],
  'spot.empty_title': ['今天还没有抽查', 'No spot check today'],
  'spot.empty_text': [
    '抽查请在场人员再扫一次码。谁应答了、谁没有应答，会出现在这里。',
    'A spot check asks everybody present to scan once more. Who answered and who did not appears here.',
  ],
  'spot.running': ['正在抽查', 'Spot check running'],
  'spot.soon': ['抽查即将开始', 'Spot check about to begin'],
  'spot.left': ['剩余时间', 'Time left'],
  'spot.answered': ['已应答 {n} 人', '{n:person has|people have} answered'],
  'spot.expected': ['应到 {n} 人', '{n:person|people} expected'],
  'spot.newcomers': [
    '另有 {n} 人在抽查期间新到或由工作人员协助签到',
    '{n:other person|other people} came meanwhile, or by the word of staff',
  ],
  'spot.figures': [
    '应到 {expected} 人，已应答 {answered} 人',
    '{answered} answered of {expected:person|people} expected',
  ],
  'spot.span': ['{from}–{until}', '{from}–{until}'],
  'spot.mode_now': ['立即抽查', 'At once'],
  'spot.mode_random': ['随机抽查', 'Random'],
  'spot.by': ['{by} 于 {time} 发起', 'Ordered by {by} at {time}'],
  'spot.waiting': [
    '将在 {from}–{until} 之间随机开始，持续 {minutes} 分钟',
    'Begins at random between {from} and {until}, for {minutes:minute|minutes}',
  ],
  'spot.cancelled': ['{time} 已取消', 'Cancelled at {time}'],

  'spot.mode': ['什么时候抽查', 'When'],
  'spot.choose_now': ['立即', 'Now'],
  'spot.choose_random': ['随机时刻', 'Random moment'],
  'spot.minutes': ['持续多久', 'How long'],
  'spot.minutes_n': ['{n} 分钟', '{n} min'],
  'spot.range': ['从哪段时间里抽取', 'Drawn from'],
  'spot.range_hint': [
    '时刻由服务器抽取，开始之前不告诉任何人，包括您。抽查在这段时间内开始并结束。',
    'The server draws the moment and tells nobody before, you included. It begins and ends within this time.',
  ],
  'spot.range_short': [
    '从现在起，这段时间比抽查本身还短',
    'What is left of it is shorter than the spot check itself',
  ],
  'spot.does_wall': [
    '所有会场屏幕将提示在场人员重新扫码，并显示倒计时。',
    'Every venue screen asks all present to scan again and counts down.',
  ],
  'spot.does_people': [
    '今天已签到 {n} 人，其中扫码签到的人都应再扫一次。',
    '{n:person has|people have} checked in today; whoever did by a scan should scan again.',
  ],
  'spot.does_not': [
    '没有应答只作为线索，签到记录不变。',
    'Not answering is a hint only: no record is changed by it.',
  ],
  'spot.submit_now': ['立即抽查', 'Begin now'],
  'spot.submit_random': ['安排抽查', 'Arrange it'],

  'spot.cancel': ['取消抽查', 'Cancel the check'],
  'spot.cancel_for': ['取消抽查（{what}）', 'Cancel the check ({what})'],
  'spot.cancel_open': [
    '所有会场屏幕将立即停止提示。已应答的 {n} 人，其记录保留。',
    'Every venue screen stops asking at once. Records of the {n:person who has|people who have} answered stay.',
  ],
  'spot.cancel_waiting': [
    '抽查尚未开始，取消后不会开始，会场屏幕不会有任何提示。',
    'It has not begun, and will not: the venue screens show nothing of it.',
  ],
  'spot.cancel_nobody': ['取消的抽查，没有应答的人不作为线索。', 'Nobody counts as missing from it.'],
  'spot.cancel_final': ['取消后不能恢复，可另发起一次。', 'It cannot be undone; another can be ordered.'],
  'spot.cancel_keep': ['继续抽查', 'Keep it'],

  'missing.open': ['谁没有应答', 'Who has not answered'],
  'missing.count': ['{n} 人没有应答', '{n:person has|people have} not answered'],
  'missing.first': ['没有应答的人较多，只列前 {n} 人', 'Only the first {n} who have not answered'],
  'missing.none': ['没有人缺席，已全部应答', 'Nobody is missing: all have answered'],
  'missing.records': ['查看{name}的签到明细', 'See the records of {name}'],

  'heads.title': ['清点人数', 'Head count'],
  'heads.label': ['会场里数到的人数', 'People counted in the hall'],
  'heads.unit': ['人', 'people'],
  'heads.keep': ['记下', 'Keep'],
  'heads.hint': ['数一数会场里的人，与签到对照。', 'Count the people in the hall and compare.'],
  'heads.wrong': ['请填写 0 至 100000 的整数', 'Please enter a whole number from 0 to 100000'],
  'heads.same': [
    '清点 {heads} 人，签到 {attendees} 人，两数一致',
    '{heads} counted, {attendees} checked in: the same',
  ],
  'heads.more': [
    '清点 {heads} 人，签到 {attendees} 人，签到多 {n} 人',
    '{heads} counted, {attendees} checked in: {n} more checked in',
  ],
  'heads.fewer': [
    '清点 {heads} 人，签到 {attendees} 人，签到少 {n} 人',
    '{heads} counted, {attendees} checked in: {n} fewer checked in',
  ],
  'heads.by': ['{time} {by}', '{time} {by}'],
  'heads.all': ['今天的全部清点（{n}）', 'All counts of today ({n})'],
} as const;
