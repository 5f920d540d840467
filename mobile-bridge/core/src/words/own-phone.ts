// Sentences of the page on which people replace the phone by which they log in, and why the server refuses what that page alone asks.

import type { OwnPhoneCode } from './refusals/refusal-words.ts';
import type { Sentence } from './sentence.ts';

export const OWN_PHONE = {
  title: ['更换手机号', 'Change your mobile number'],
  who_why: [
    '请先确认是本人操作，再验证新手机号。',
    'First prove that it is you, then the new mobile number.',
  ],
  by_old_phone: ['原手机号', 'Old number'],
  by_document: ['姓名与证件', 'Name and ID'],
  by_document_why: [
    '原手机号已不能接收短信的，请填写登记的姓名和证件号码，每日限 5 次。更换后，微信绑定一并解除。',
    'If the old number is lost, give your name and document number as registered, five times a day at most. WeChat is unbound as well.',
  ],
  old_phone: ['原手机号', 'Old mobile number'],
  name: ['姓名', 'Name'],
  number: ['证件号码', 'Document number'],
  next: ['下一步', 'Next'],
  new_why: [
    '请验证新手机号。更换后，其他设备上的登录全部退出，登录密码失效，原手机号可能收到短信提醒。',
    'Prove the new number. Then you are logged out everywhere else, your password ends, and the old number may be told by a text message.',
  ],
  new_phone: ['新手机号', 'New mobile number'],
  change: ['更换', 'Change'],
  changing: ['正在更换', 'Changing'],
  done: ['手机号已更换', 'Your mobile number is changed'],
  done_why: [
    '今后请用 {phone} 登录。其他设备上的登录已全部退出。',
    'From now on, log in with {phone}. You are logged out everywhere else.',
  ],
} as const satisfies Record<string, Sentence>;

export const OWN_PHONE_REFUSALS: Record<OwnPhoneCode, Sentence> = {
  phone_not_own: [
    '这不是您原来的手机号。已不能使用的，请改用姓名与证件核验。',
    'This is not the number that you log in by. If that one is lost, use your name and document.',
  ],
  identity_wrong: [
    '姓名或证件号码与登记的不符。登记有误的，请联系所在单位管理员。',
    "Name and number are not as registered. If the registration is wrong, ask your unit's administrator.",
  ],
  identity_tried: [
    '今日核对身份的次数已用完。请于次日再试，或持证件到所在单位办理。',
    'Tried too often today: go on tomorrow, or show your document to your unit.',
  ],
  phone_proof_ended: ['本人核验已过期，请重新核验。', 'Please prove once more that it is you.'],
  phone_taken: [
    '该手机号已由他人使用。请填写另一个手机号，或联系所在单位管理员。',
    "Somebody else is registered with this number: give another one, or ask your unit's administrator.",
  ],
  phone_registers: [
    '该手机号已提交注册申请。请先用它登录并撤回申请。',
    'A registration with this number waits: log in with it and withdraw that first.',
  ],
  phone_changes_used: [
    '今日更换手机号的次数已用完。请于次日再试。',
    'It was changed too often today: please go on tomorrow.',
  ],
};
