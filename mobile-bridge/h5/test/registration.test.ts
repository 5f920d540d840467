// Registering: how what is typed is judged, where somebody goes on who comes back, and that a refused login leads there.

import { afterEach, expect, it } from 'vitest';
import {
  judge_address,
  judge_name,
  judge_number,
  judge_specialty,
  judge_unit_name,
  tidy_number,
} from '../src/registration/judged.ts';
import { step_of, step_to_go_on, waits_in_words } from '../src/registration/steps.ts';
import type { Registration } from '../src/registration/api.ts';
import { CODE, SCAN, open_phone, refusal, settle, type Phone } from './phone.ts';

let phone: Phone | null = null;
afterEach(() => phone?.close());

it('judges a number by the kind of its document', () => {
  expect(tidy_number(' ｅ1234 5678')).toBe('E12345678');
  const table = [
    ['id_card', '11010519491231002X', null],
    ['id_card', '110105194912310021', 'id_number_form'],
    ['id_card', '1101051949', 'id_number_length'],
    ['id_card', '', 'missing'],
    ['passport', 'E12345678', null],
    ['passport', 'E1', 'passport_form'],
    ['hk_macao_permit', 'H12345678', null],
    ['hk_macao_permit', '12345678', 'hk_macao_permit_form'],
    ['taiwan_permit', '12345678', null],
    ['taiwan_permit', '123', 'taiwan_permit_form'],
    ['officer', '军字第12345', null],
    ['other', 'a', 'number_form'],
  ] as const;
  for (const [kind, number, fault] of table)
    expect([number, judge_number(kind, number)]).toEqual([number, fault]);
});

it('judges names and specialties', () => {
  expect(['', '王伟1', '王小明'].map(judge_name)).toEqual(['missing', 'name_form', null]);
  expect(['', '长'.repeat(51), '内科'].map(judge_specialty)).toEqual(['missing', 'specialty_form', null]);
});

it('judges a proposed unit, which may not hold a mobile or ID number', () => {
  expect(['', ' 院 ', '望月湖门诊部'].map(judge_unit_name)).toEqual(['missing', 'unit_name_form', null]);
  const addresses = [
    '',
    '望月湖路 12 号',
    '0731-84445678',
    '找王医生 13800001234',
    '１３８００００１２３４',
    '路',
  ];
  expect(addresses.map(judge_address)).toEqual([
    null,
    null,
    null,
    'address_form',
    'address_form',
    'address_form',
  ]);
});

it('says who is to act on what was submitted', () => {
  const waits = (waits_for: string) => waits_in_words({ waits_for } as unknown as Registration)[0];
  expect(['unit', 'authority', 'on_its_way', 'unit_without_admin'].map(waits)).toEqual([
    '已提交，等待单位审核',
    '单位待主管部门确认',
    '主管部门已处理',
    '已提交，单位尚无管理员',
  ]);
});

it('goes on where something is missing first', () => {
  const at = (consented: boolean, ...missing: string[]) =>
    step_to_go_on({ consented, missing } as unknown as Registration);
  expect(at(false, 'consent', 'name')).toBe('notice');
  expect(at(true, 'number', 'specialty')).toBe('identity');
  expect(at(true, 'unit_id')).toBe('unit');
  expect(at(true, 'takes_part')).toBe('work');
  expect(at(true)).toBe('check');
  expect(step_of('department_id')).toBe('unit');
  expect(step_of('proposed_unit.division')).toBe('unit');
});

it('keeps the scan of who is not registered, and offers the form', async () => {
  phone = await open_phone(
    `/C/${CODE}`,
    { page: 'scan', me: null, code: CODE, scan: SCAN },
    { 'POST /api/v1/sessions': () => refusal(403, 'phone_not_registered', { pass: 'pass.of-the-phone' }) },
  );
  await settle();
  await phone.type('phone', '13800001234');
  await phone.type('sms_code', '123456');
  await settle();
  await settle();
  expect(phone.text()).toContain('扫码成功，已为您保留 24 小时');
  expect(phone.text()).toContain('填写注册信息');
  expect(phone.context.outbox.find(CODE)).toMatchObject({
    state: 'refused',
    problem: { code: 'phone_not_registered', pass: 'pass.of-the-phone' },
  });
});
