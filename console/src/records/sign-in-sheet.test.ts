import { expect, test } from 'vitest';
import { blankLines, sheetAddress } from './sign-in-sheet';

test('a sheet names who has checked in, or has blank lines alone', () => {
  const day = '2026-12-01';
  expect(sheetAddress(7, { day, of: 'present', lines: 0 })).toBe(
    '/api/v1/courses/7/sign-in-sheet?day=2026-12-01&people=true&blank_lines=0',
  );
  expect(sheetAddress(7, { day, of: 'blank', lines: 20 })).toBe(
    '/api/v1/courses/7/sign-in-sheet?day=2026-12-01&people=false&blank_lines=20',
  );
});

test('a blank sheet has lines, and no sheet more than the server takes', () => {
  expect(Math.min(...blankLines.blank)).toBeGreaterThan(0);
  expect(Math.max(...blankLines.present, ...blankLines.blank)).toBeLessThanOrEqual(200);
});
