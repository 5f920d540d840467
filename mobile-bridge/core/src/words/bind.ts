// Sentences of binding a WeChat account to a registered person, and of what WeChat itself may say no to.

import type { PersonFault } from '../person-fields.ts';
import type { Sentence } from './sentence.ts';

export const BIND = {
  title: ['绑定身份', 'Confirm who you are'],
  why: [
    '首次使用，请填写注册时的姓名和证件号码。绑定后扫码即签到。',
    'The first time, please enter the name and ID number you registered with. After that, a scan is all it takes.',
  ],
  name: ['姓名', 'Name'],
  id_number: ['证件号码', 'ID number'],
  by_wechat: ['验证手机号并绑定', 'Confirm phone and bind'],
  by_sms_instead: ['改用短信验证码', 'Use a text message instead'],
  by_wechat_instead: ['改用微信手机号', "Use WeChat's phone number instead"],
  bind: ['绑定', 'Bind'],
  bind_and_check_in: ['绑定并签到', 'Bind and check in'],
  binding: ['正在绑定', 'Binding'],
  phone_denied: [
    '未获取到手机号。请再次点按并允许，或改用短信验证码。',
    'The phone number was not shared. Please tap again and allow it, or use a text message.',
  ],
  phone_quota: [
    '微信手机号验证暂不可用，请改用短信验证码。',
    "WeChat's phone check is not available now. Please use a text message.",
  ],
  phone_failed: [
    '未能从微信获取手机号。请稍后再试，或改用短信验证码。',
    'WeChat did not give the phone number. Please try again shortly, or use a text message.',
  ],
  sms_only: [
    '微信登录暂不可用。请用注册时的手机号登录，签到不受影响。',
    'WeChat login is not available now. Please log in with your registered mobile number; check-in is not affected.',
  ],
  waiting: ['正在用微信登录', 'Logging in with WeChat'],
  to_bind: ['绑定身份后自动签到', 'Confirm who you are to check in'],
  seal: ['待绑定', 'To bind'],
  go: ['绑定并签到', 'Bind and check in'],
  why_as_bound: [
    '您已退出登录。此微信若已绑定身份，登录后以该身份签到；如需换人，请在登录后的首页解除绑定。',
    'You are logged out. If this WeChat account is bound, you are checked in as whom it is bound to; to change that, log in and unbind it on the start page.',
  ],
} as const satisfies Record<string, Sentence>;

export const PERSON_FAULTS: Record<PersonFault, Sentence> = {
  name_missing: ['请填写姓名', 'Please enter your name'],
  name_form: ['姓名中有不能使用的字符', 'The name holds a character that cannot be used'],
  id_number_missing: ['请填写证件号码', 'Please enter your ID number'],
  id_number_length: ['证件号码应为 18 位', 'An ID number has 18 characters'],
  id_number_form: ['请核对证件号码', 'Please check the ID number'],
};

/** The one message a person may ask for, with the tap WeChat wants for it. */
export const AWARD_MESSAGE = {
  ask: ['学分授予后通知我', 'Tell me when credits are awarded'],
  accepted: ['学分授予后将通过微信通知您一次', 'WeChat will tell you once when credits are awarded'],
  not_accepted: ['不会发送通知，可在记录中查看', 'No message will be sent; see your records instead'],
} as const satisfies Record<string, Sentence>;
