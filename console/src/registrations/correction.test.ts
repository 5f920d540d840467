import { expect, it } from 'vitest';
import type { Registration } from '../api/types';
import { correction } from './correction';

const registration = {
  id: 7,
  version: '"1"',
  name: '周小燕',
  unit: { id: 3, name: '湘雅医院' },
  department: { id: 4, name: '急诊科' },
  title_series: 'nurse',
  title_level: 'junior',
  specialty: '护理学',
  takes_part: true,
} as Registration;

it('sends the fields that differ, and a department that is taken away as nothing', () => {
  const draft = correction.draftOf(registration);
  expect(correction.changesOf(registration, draft)).toEqual({});
  expect(correction.changesOf(registration, { ...draft, specialty: ' 急诊护理 ' })).toEqual({
    specialty: '急诊护理',
  });
  expect(correction.changesOf(registration, { ...draft, department: null })).toEqual({ department_id: null });
  const moved = { ...draft, unit: { id: 9, name: '湘雅二医院' }, department: null };
  expect(correction.changesOf(registration, moved)).toEqual({ unit_id: 9, department_id: null });
});

it('never keeps the department of one unit with another unit', () => {
  const mine = correction.draftOf(registration);
  const theirs = { ...mine, unit: { id: 9, name: '湘雅二医院' }, department: { id: 10, name: '护理部' } };
  const merged = correction.withField(mine, 'unit_id', theirs);
  expect([merged.unit?.id, merged.department?.id]).toEqual([9, 10]);
  expect(correction.isAlike('department_id', mine, merged)).toBe(false);
  expect(correction.valueOf('department_id', { ...mine, department: null })).toBe('未列出或不适用');
});
