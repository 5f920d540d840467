// Checks whom a verdict is said to be about. It must not need the dialog.
import { expect, test } from 'vitest';
import { usualReasons, whose } from './verdict';
import { reasonFault, reasonSaid } from '../frame/reason';
import type { AttendanceRecord } from '../api/types';

const of = (id: number, name: string) => ({ person: { id, name } }) as AttendanceRecord;

test('somebody with two records is one person, and two people may share a name', () => {
  expect(whose([of(1, '李伟'), of(1, '李伟'), of(2, '王芳')])).toBe('涉及 2 人：李伟、王芳');
  expect(whose([of(1, '李伟'), of(2, '李伟')])).toBe('涉及 2 人：李伟、李伟');
});

test('many are counted, and a few are named', () => {
  const many = [...'甲乙丙丁戊己庚辛'].map((name, id) => of(id, name));
  expect(whose(many)).toBe('涉及 8 人：甲、乙、丙、丁、戊、己等');
});

test('every usual reason is long enough for the server', () => {
  for (const reason of [...usualReasons.struck, ...usualReasons.kept]) {
    expect(reasonFault(reason, '')).toBeNull();
    expect([...reasonSaid(reason, '')].length).toBeGreaterThanOrEqual(2);
  }
});
