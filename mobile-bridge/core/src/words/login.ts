// Sentences of the login: two ways in, their fields, and what is wrong with a field as soon as it is left.

import type { FieldFault } from '../fields.ts';
import type { Sentence } from './sentence.ts';

export const LOGIN = {
  by_sms: ['短信验证码', 'Text message'],
  by_password: ['账号密码', 'Password'],
  phone: ['手机号', 'Mobile number'],
  sms_code: ['验证码', 'Code'],
  account: ['账号', 'Account'],
  password: ['密码', 'Password'],
  show: ['显示', 'Show'],
  hide: ['隐藏', 'Hide'],
  send_sms_code: ['获取验证码', 'Send code'],
  sending_sms_code: ['正在发送', 'Sending'],
  resend_in: ['{seconds} 秒后重发', 'Resend in {seconds} s'],
  sms_code_sent: ['验证码已发送，5 分钟内有效', 'Code sent, valid for 5 minutes'],
  log_in: ['登录', 'Log in'],
  logging_in: ['正在登录', 'Logging in'],
  to_check_in: ['登录后自动签到', 'Log in to check in'],
  log_in_and_check_in: ['登录并签到', 'Log in and check in'],
  within: ['扫码成功，已为您保留，请在 {left} 内登录', 'Your scan is kept for {left}'],
  too_late: ['扫码凭证已过期，登录后请重新扫描屏幕', 'Your scan has expired; scan again after login'],
  as_scanned: ['扫码成功，已为您保留，请用扫码时的账号登录', 'Log in with the account that scanned'],
} as const satisfies Record<string, Sentence>;

/** Under the field it is about, whose name stands above. */
const MISSING: Sentence = ['请填写此项', 'Please fill this in'];

export const FIELD_FAULTS: Record<FieldFault, Sentence> = {
  phone_missing: MISSING,
  phone_length: ['手机号应为 11 位数字', 'A mobile number has 11 digits'],
  phone_form: ['请核对手机号', 'Please check the mobile number'],
  sms_code_missing: MISSING,
  sms_code_form: ['验证码应为 6 位数字', 'The code has 6 digits'],
  account_missing: MISSING,
  password_missing: MISSING,
};
