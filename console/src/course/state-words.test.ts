// Checks that a state says until when, from when or why not. It must not depend on the language but for the default.
import { expect, test } from 'vitest';
import { stateInWords } from './state-words';
import type { Course } from '../api/types';

const base = { closes: '24:00', reason: null, opens_at: null, project: { state: 'approved' } } as Course;
const words = (part: Partial<Course>) => stateInWords({ ...base, ...part }, '2026-11-21');

test('an open course says until when', () => {
  expect(words({ state: 'open' })).toBe('签到至 24:00');
});

test('a course that opens today says the hour, another day is named', () => {
  expect(words({ state: 'not_open', opens_at: '2026-11-20T23:00:00Z' })).toBe('07:00 开始签到');
  expect(words({ state: 'not_open', opens_at: '2026-11-21T23:00:00Z' })).toBe('11月22日 07:00 开始签到');
});

test('a day that is over says since when, a project that is over says only that', () => {
  expect(words({ state: 'closed', reason: 'course_over' })).toBe('24:00 结束');
  const project = { ...base.project, state: 'closed' } as Course['project'];
  expect(words({ state: 'closed', reason: 'course_over', project })).toBe('签到已结束');
});

test('a closed course says why', () => {
  expect(words({ state: 'closed', reason: 'project_not_approved' })).toBe('项目尚未通过审核');
  expect(words({ state: 'closed' })).toBe('签到已结束');
});
