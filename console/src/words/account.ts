// Words of one's own account: the password, the sessions, the second step.
// It must not hold why a change is refused: the server says that.
export const accountWords = {
  'account.title': ['我的账号', 'My account'],
  'account.given_title': ['请先设置本人的密码', 'Please choose a password of your own first'],
  'account.given_text': [
    '本次登录使用的是重置后的临时密码。设置本人的密码后，即可继续使用管理端。',
    'You logged in by a password that you were given. Choose one of your own to go on.',
  ],
  'account.password': ['修改密码', 'Change the password'],
  'account.current': ['现在的密码', 'Present password'],
  'account.new': ['新密码', 'New password'],
  'account.again': ['再次输入新密码', 'New password again'],
  'account.change': ['修改密码', 'Change'],
  'account.changed': [
    '密码已修改，其他设备上的登录已退出。',
    'The password has been changed. All other sessions have ended.',
  ],
  'account.fault_current': ['请输入现在的密码', 'Please enter the present password'],
  'account.factor': ['第二道验证', 'Second step'],
  'account.factor_totp': [
    '登录时使用身份验证器的动态验证码。更换或丢失手机时，请本单位其他管理员或上级行政部门为您生成重设链接。',
    'Each login asks for the code of your authenticator. If you change or lose the phone, another administrator of the unit, or the authority above, makes you a link to set it anew.',
  ],
  'account.factor_sms': [
    '登录时使用发送至您手机的短信验证码。更换手机号时，请本单位其他管理员或上级行政部门为您生成重设链接。',
    'Each login asks for a code sent to your phone. If the number changes, another administrator of the unit, or the authority above, makes you a link to set it anew.',
  ],
  'account.factor_none': [
    '登录时只使用密码。建议请本单位其他管理员或上级行政部门为您生成重设链接，设置第二道验证。',
    'Logins ask for the password alone. Have another administrator of the unit, or the authority above, make you a link to set a second step.',
  ],
  'account.sessions': ['登录的设备', 'Where you are logged in'],
  'account.sessions_lead': [
    '如有不是您本人的登录，请立即退出该登录并修改密码。',
    'If one of these is not yours, end it and change the password at once.',
  ],
  'account.this_one': ['本次登录', 'This one'],
  'account.device_unknown': ['未知设备', 'Unknown device'],
  'account.opened': [
    '{time} 登录，最近使用 {seen}，{until} 前有效',
    'Opened {time}; last used {seen}; ends {until}',
  ],
  'account.opened_only': ['{time} 登录，{until} 前有效', 'Opened {time}; ends {until}'],
  'account.same_network': ['与当前网络相同', 'the same network as this one'],
  'account.other_network': ['与当前网络不同', 'another network than this one'],
  'account.end': ['退出该登录', 'End'],
  'account.end_others': ['退出其他所有登录', 'End all others'],
} as const;
