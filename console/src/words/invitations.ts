// Words of inviting people by a text message to log in. It must not hold why an act is refused: the server says that.
export const invitationWords = {
  'invitations.invite': ['短信邀请', 'Invite'],
  'invitations.title': ['短信邀请登录', 'Invite to log in'],
  'invitations.invite_n': ['短信邀请 {n} 人登录', 'Invite {n:person|people}'],
  'invitations.choose': ['选择{name}', 'Choose {name}'],
  'invitations.bar': ['对所选人员', 'With the chosen people'],
  'invitations.messages': [
    '将发送 {n} 条短信，告知已加入平台、可用该手机号登录。仅含从文件导入、从未登录的人员。',
    '{n:text message is|text messages are} sent: that one is on the platform, and logs in with this phone. Only people who were imported and have never logged in get one.',
  ],
  'invitations.messages_all': [
    '将发送 {n} 条短信，发给本单位从文件导入、从未登录的全部人员，不限于当前显示的或本次导入的；短信告知已加入平台、可用该手机号登录。',
    '{n:text message is|text messages are} sent to all people of the unit who were imported and have never logged in, not only to those shown or just imported: that one is on the platform, and logs in with this phone.',
  ],
  'invitations.once_more': [
    '其中再次邀请的：{n} 人（7 天前已邀请、仍未登录，或上次的短信未能发出）。',
    'Of these, invited once more: {n} (after seven days without a login, or since the message before was not sent).',
  ],
  'invitations.further': [
    '一次最多 2,000 人，其余 {n} 人请在发送后再次邀请。',
    'One act invites 2,000 at most: the other {n} are invited by the next.',
  ],
  'invitations.lately': [
    '7 天内已邀请、不再发送的：{n} 人。',
    'Invited within seven days, and not again yet: {n}.',
  ],
  'invitations.others': [
    '不能邀请的：{n} 人（已登录、自行注册、未通过审核、已注销或不属于本单位）。',
    'Cannot be invited: {n} (they have logged in, registered themselves, are not approved, cancelled, or not of the unit).',
  ],
  'invitations.rest': [
    '短信陆续发送，22:00 至次日 7:00 不发送。',
    'They are sent by and by, not between 22:00 and 7:00.',
  ],
  'invitations.none': ['目前没有可邀请的人员。', 'No person can be invited now.'],
  'invitations.not_offered': [
    '平台尚未设置邀请短信模板，不能发送。请联系平台运维人员设置，或以其他方式告知人员。',
    'The platform has no template for invitations: ask its operator to set one, or tell people otherwise.',
  ],
  'invitations.done': ['已邀请 {n} 人，短信将陆续发送', 'Invited {n:person|people}: the messages follow'],
  'invitations.done_before': [
    '相关人员均已邀请或已登录，未发送短信',
    'They had all been invited or have logged in: nothing was sent',
  ],
} as const;
