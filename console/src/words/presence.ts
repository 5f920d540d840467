// Words of presence on the day: spot checks, who is missing from one, heads counted in the hall.
// It must not hold what a record is suspected of; the server says that.
export const presenceWords = {
  'spot.title': ['抽查', 'Spot checks'],
  'spot.order': ['发起抽查', 'Order a spot check'],
  'spot.empty_title': ['今日暂无抽查', 'No spot check today'],
  'spot.empty_text': [
    '抽查要求在场人员再次扫码，应答与未应答人员将显示在此处。',
    'A spot check asks everybody present to scan once more. Who answered and who did not is listed here.',
  ],
  'spot.empty_seen': [
    '主办单位发起抽查后，应答与未应答人员将显示在此处。',
    'Once the hosting unit orders a spot check, who answered and who did not is listed here.',
  ],
  'spot.running': ['正在抽查', 'Spot check running'],
  'spot.soon': ['抽查即将开始', 'Spot check about to begin'],
  'spot.left': ['剩余时间', 'Time left'],
  'spot.answered': ['已应答 {n} 人', '{n:person has|people have} answered'],
  'spot.expected': ['应到 {n} 人', '{n:person|people} expected'],
  'spot.newcomers': [
    '另有 {n} 人在抽查期间首次签到或由会务人员协助签到',
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

  'spot.mode': ['抽查方式', 'When'],
  'spot.choose_now': ['立即', 'Now'],
  'spot.choose_random': ['随机时刻', 'Random moment'],
  'spot.minutes': ['抽查时长', 'How long'],
  'spot.minutes_n': ['{n} 分钟', '{n} min'],
  'spot.range': ['抽查时段', 'Drawn from'],
  'spot.range_hint': [
    '开始时刻由服务器随机抽取，开始前不向任何人显示。抽查在所选时段内开始并结束。',
    'The server draws the moment and tells no one before, not even you. It begins and ends within this time.',
  ],
  'spot.range_short': [
    '所选时段的剩余时间短于抽查时长',
    'What is left of it is shorter than the spot check itself',
  ],
  'spot.does_wall': [
    '所有会场屏幕将提示在场人员重新扫码，并显示倒计时。',
    'Every venue screen asks all present to scan again and counts down.',
  ],
  'spot.does_people': [
    '今日已签到 {n} 人，其中扫码签到的人员须再次扫码。',
    '{n:person has|people have} checked in today; those who scanned should scan again.',
  ],
  'spot.does_not': [
    '未应答仅作为核查线索，不改变签到记录。',
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
  'spot.cancel_nobody': ['抽查取消后，未应答人员不作为核查线索。', 'No person counts as missing from it.'],
  'spot.cancel_final': ['取消后不能恢复，可另发起一次。', 'It cannot be undone; another can be ordered.'],
  'spot.cancel_keep': ['继续抽查', 'Keep it'],

  'missing.open': ['未应答人员', 'Who has not answered'],
  'missing.count': ['{n} 人未应答', '{n:person has|people have} not answered'],
  'missing.first': ['共 {all} 人未应答，已列出 {n} 人', '{all} have not answered: {n} are listed'],
  'missing.more': ['显示更多', 'Show more'],
  'missing.none': ['应到人员均已应答', 'All have answered'],
  'missing.records': ['查看{name}的签到明细', 'See the records of {name}'],

  'heads.title': ['清点人数', 'Head count'],
  'heads.label': ['现场清点人数', 'People counted in the hall'],
  'heads.unit': ['人', 'people'],
  'heads.keep': ['保存', 'Save'],
  'heads.hint': ['清点会场内人数，与签到人数核对。', 'Count the people in the hall and compare.'],
  'heads.none': ['主办单位今日尚未清点人数', 'The hosting unit has not counted heads today'],
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
  'heads.all': ['今日清点记录（{n}）', 'All counts of today ({n})'],
} as const;
