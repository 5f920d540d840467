import { expect, it } from 'vitest';
import { actOf, linesOf, subjectOf } from './entry-words';

it('shows what was changed, from what to what, and nothing that stayed', () => {
  const before = { cap: null, face: false, profile: 'strict', opens: '07:00' };
  const after = { cap: 300, face: true, profile: 'standard', opens: '07:00' };
  expect(linesOf({ before, after })).toEqual([
    '考勤人数上限：无 → 300',
    '人脸核验：否 → 是',
    '二维码时效：严格 → 标准',
  ]);
  const venue = { latitude: 28.19409, longitude: 112.97228 };
  expect(linesOf({ before: { location: null }, after: { location: venue } })).toEqual([
    '会场坐标：无 → 28.19409, 112.97228',
  ]);
});

it('names each fact, and leaves out what only programs need', () => {
  expect(linesOf({ course: 7, place: '主会场', in_place_of: 3 })).toEqual([
    '屏幕位置：主会场',
    '替换屏幕：3',
  ]);
  expect(linesOf({ found: [1, 2] })).toEqual(['查找结果：2 人']);
  expect(linesOf({ course: 7, check_in: 'x', reason: '手机没电' })).toEqual(['理由：手机没电']);
  expect(linesOf({ export: 'x', format: 'xlsx', day: null, searched: true })).toEqual([
    '格式：Excel',
    '按内容查找：是',
  ]);
  expect(linesOf({})).toEqual([]);
  expect(linesOf(null)).toEqual([]);
});

it('tells a review by its state and by what is planned otherwise', () => {
  const period = [{ from: '2025-11-29', to: '2025-11-30' }];
  const before = { state: 'submitted', plan: { period, credits: '6.0', hours: '18.0' } };
  const after = {
    state: 'returned',
    plan: { period: [{ from: '2025-12-06', to: '2025-12-06' }], credits: '6.0', hours: '18.0' },
  };
  expect(linesOf({ before, after, reason: '学时不符' })).toEqual([
    '审核进度：已上报 → 退回修改',
    '举办周期：2025-11-29–2025-11-30 → 2025-12-06',
    '理由：学时不符',
  ]);
  expect(actOf({ action: 'return_project' })).toBe('项目退回修改');
});

it('shows a word that it does not know as it is', () => {
  expect(linesOf({ level: 'high', more: { a: 1 } })).toEqual(['level：high', 'more：{"a":1}']);
  expect(actOf({ action: 'award_credits' })).toBe('award_credits');
  expect(actOf({ action: 'open_screen' })).toBe('打开投屏');
});

it('calls a subject by its name, else by its kind and number', () => {
  expect(subjectOf({ noun: 'course', noun_id: 7, title: '心电图' })).toBe('心电图');
  expect(subjectOf({ noun: 'course', noun_id: 7, title: null })).toBe('课程 7');
  expect(subjectOf({ noun: 'certificate', noun_id: 7, title: null })).toBe('certificate 7');
});
