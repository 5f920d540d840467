import { afterEach, expect, it } from 'vitest';
import { locale } from '../words/locale';
import { leftInWords } from './verdicts';

afterEach(() => (locale.value = 'zh'));

it('names everybody who was left, each reason once', () => {
  expect(leftInWords([])).toBe('');
  const left = [
    { name: '周小燕', code: 'number_stands_twice' },
    { name: '王伟', code: 'changed_meanwhile' },
    { name: '周燕', code: 'number_stands_twice' },
  ];
  expect(leftInWords(left)).toMatch(/^3 份未处理。周小燕、周燕：同一证件号码.*；王伟：/);
  locale.value = 'en';
  expect(leftInWords(left.slice(0, 1))).toMatch(
    /^1 was left as it is\. 周小燕: Another registration that waits/,
  );
});
