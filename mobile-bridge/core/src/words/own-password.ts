// Sentences of the page on which people set the account and the password that they log in by, and why the server refuses what that page
// alone asks.

import { OWN_PHONE, OWN_PHONE_REFUSALS } from './own-phone.ts';
import type { OwnPasswordCode } from './refusals/refusal-words.ts';
import type { Sentence } from './sentence.ts';

export const OWN_PASSWORD = {
  title: ['账号密码', 'Account and password'],
  to_set: ['设置或修改账号密码', 'Set or change your account and password'],
  who_why: [
    '收不到短信时，可用账号密码登录。设置或忘记密码时，请先确认是本人操作，每日限 5 次。',
    'Where no text message reaches you, log in by account and password. To set them, or if you forgot, first prove that it is you, five times a day at most.',
  ],
  phone: ['登录手机号', 'Mobile number that you log in by'],
  name: OWN_PHONE.name,
  number: OWN_PHONE.number,
  next: OWN_PHONE.next,
  new_why: [
    '账号为 4 至 32 位小写字母、数字或 - _ .，以字母开头。密码至少 10 位，包含大写字母、小写字母、数字、符号中的三类。设置后，其他设备上的登录全部退出。',
    'An account has 4 to 32 small letters, digits, - _ or . and begins with a letter. A password has 10 characters at least, of three kinds of: capitals, small letters, digits, signs. Then you are logged out everywhere else.',
  ],
  stands: ['现有账号 {account}，可以改用新的账号。', 'Your account is {account}; you may choose another.'],
  account: ['账号', 'Account'],
  password: ['新密码', 'New password'],
  again: ['再次输入新密码', 'The new password again'],
  set: ['保存', 'Save'],
  setting: ['正在保存', 'Saving'],
  done: ['账号密码已设置', 'Account and password are set'],
  done_why: [
    '今后也可以用账号 {account} 和密码登录。其他设备上的登录已全部退出。',
    'From now on, you can log in by the account {account} as well. You are logged out everywhere else.',
  ],
} as const satisfies Record<string, Sentence>;

const { phone_not_own: _, ...OF_IDENTITY } = OWN_PHONE_REFUSALS;

export const OWN_PASSWORD_REFUSALS = {
  ...OF_IDENTITY,
  phone_not_own: [
    '这不是您登录用的手机号。该手机号已不能使用的，请先更换手机号。',
    'This is not the number that you log in by. If that one is lost, change your mobile number first.',
  ],
  account_taken: ['该账号已由他人使用，请另填一个。', 'Somebody else has this account: choose another.'],
  account_malformed: [
    '账号为 4 至 32 位小写字母、数字或 - _ .，以字母开头。',
    'An account has 4 to 32 small letters, digits, - _ or . and begins with a letter.',
  ],
  password_weak: [
    '密码过于简单：至少 10 位，包含大写字母、小写字母、数字、符号中的三类，不含账号，也不能大多是同一个字。',
    'This password is too easy: 10 characters at least, of three kinds, without the account, and not mostly one character.',
  ],
} as const satisfies Record<string, Sentence> & Record<OwnPasswordCode, Sentence>;

export type PasswordFault = 'password_missing' | 'account_missing' | 'passwords_differ';

export const PASSWORD_FAULTS: Record<PasswordFault, Sentence> = {
  password_missing: ['请填写此项', 'Please fill this in'],
  account_missing: ['请填写此项', 'Please fill this in'],
  passwords_differ: ['两次输入的密码不一致', 'The two passwords differ'],
};
