// What people type and paste into the login.

import { expect, it } from 'vitest';
import {
  account_fault,
  password_fault,
  phone_fault,
  sms_code_fault,
  tidy_phone,
  tidy_sms_code,
} from '../src/fields.ts';

it.each([
  '138 1234 1234',
  '138-1234-1234',
  '+86 13812341234',
  '008613812341234',
  '１３８１２３４１２３４',
  ' 13812341234\n',
])('takes %j for one and the same phone', (typed) => expect(tidy_phone(typed)).toBe('13812341234'));

it('says what is wrong with a phone number', () => {
  expect(phone_fault('')).toBe('phone_missing');
  expect(phone_fault('1381234123')).toBe('phone_length');
  expect(phone_fault('138123412345')).toBe('phone_length');
  expect(phone_fault('12812341234')).toBe('phone_form');
  expect(phone_fault('13812341234')).toBeNull();
});

it.each([
  ['123456', '123456'],
  ['12 34 56', '123456'],
  ['１２３４５６', '123456'],
  ['【省卫计信息中心】您的验证码为：123456，5分钟内有效', '123456'],
  ['验证码 654321', '654321'],
  ['12', '12'],
])('finds the six figures in %j', (typed, expected) => expect(tidy_sms_code(typed)).toBe(expected));

it('says what is wrong with the other fields', () => {
  expect(sms_code_fault('')).toBe('sms_code_missing');
  expect(sms_code_fault('12345')).toBe('sms_code_form');
  expect(sms_code_fault('012345')).toBeNull();
  expect(account_fault('  ')).toBe('account_missing');
  expect(account_fault('wang')).toBeNull();
  expect(password_fault('')).toBe('password_missing');
  expect(password_fault(' ')).toBeNull();
});
