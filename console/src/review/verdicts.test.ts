import { afterEach, expect, it } from 'vitest';
import { locale } from '../words/locale';
import { leftByReason, leftInWords } from './verdicts';

afterEach(() => (locale.value = 'zh'));

it('names everybody who was left, each reason once', () => {
  expect(leftInWords([])).toBe('');
  const left = [
    { name: '周小燕', code: 'number_stands_twice' },
    { name: '王伟', code: 'changed_meanwhile' },
    { name: '周燕', code: 'number_stands_twice' },
  ];
  expect(leftInWords(left)).toMatch(/^3 项未处理。周小燕、周燕：同一证件号码.*；王伟：/);
  locale.value = 'en';
  expect(leftInWords(left.slice(0, 1))).toMatch(
    /^1 was left as it is\. 周小燕: Another registration that waits/,
  );
});

it('names eight of many, and says what the server said of a code that it does not know', () => {
  const many = Array.from({ length: 10 }, (_, i) => ({
    name: `第${i + 1}人`,
    code: 'of_a_newer_release',
    title: '名额已满',
  }));
  expect(leftByReason(many)).toEqual([expect.stringMatching(/^第1人、.*、第8人 等 10 项：名额已满$/)]);
  expect(leftByReason(many.slice(0, 1))).toEqual(['第1人：名额已满']);
});
