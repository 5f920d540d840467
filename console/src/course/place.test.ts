// Checks that a place is said once. It must not need a page.
import { expect, test } from 'vitest';
import { placeOf } from './place';

test('a room inside a venue is named after it', () => {
  expect(placeOf({ venue: '长沙市第三医院', place: '三楼报告厅' })).toBe('长沙市第三医院 · 三楼报告厅');
});

test('what is already said is not said again', () => {
  expect(placeOf({ venue: '三楼报告厅', place: '三楼报告厅' })).toBe('三楼报告厅');
  expect(placeOf({ venue: '第三医院', place: '第三医院三楼' })).toBe('第三医院三楼');
  expect(placeOf({ venue: '第三医院三楼', place: '三楼' })).toBe('第三医院三楼');
  expect(placeOf({ venue: '第三医院', place: '' })).toBe('第三医院');
});
