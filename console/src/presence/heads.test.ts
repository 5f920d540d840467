// Checks what is read as a number of heads, and what is said beside the check-ins. It must not need the field.
import { expect, test } from 'vitest';
import { compared, headsMeant } from './heads';

test('figures are read as people type them', () => {
  expect(headsMeant(' 128 ')).toBe(128);
  expect(headsMeant('１２８')).toBe(128);
  expect(headsMeant('0')).toBe(0);
  expect(headsMeant('100000')).toBe(100_000);
});

test('what is no number of people is none', () => {
  for (const typed of ['', '-1', '12.5', '1e3', '100001', '一百'])
    expect(headsMeant(typed), typed).toBeNull();
});

test('the difference is told in words, without a judgement', () => {
  expect(compared({ heads: 128, attendees: 131 })).toBe('清点 128 人，签到 131 人，签到多 3 人');
  expect(compared({ heads: 131, attendees: 128 })).toBe('清点 131 人，签到 128 人，签到少 3 人');
  expect(compared({ heads: 128, attendees: 128 })).toBe('清点 128 人，签到 128 人，两数一致');
});
