// Checks the words for jobs. It must not draw anything.
import { expect, test } from 'vitest';
import { causeOf, nameOf } from './words-of';

test('what is known has a name, and what a newer server says is shown as it is', () => {
  expect(nameOf('make_export')).toBe('导出考勤明细');
  expect(nameOf('seal_moon')).toBe('后台任务 seal_moon');
  expect(causeOf('database')).toBe('数据库操作失败');
  expect(causeOf('moon')).toBe('原因代码 moon');
  expect(nameOf('constructor')).toBe('后台任务 constructor');
});
