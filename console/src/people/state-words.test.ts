import { expect, it } from 'vitest';
import { daysInWords, faultOf, somethingHolds, statesAfter } from './state-words';

it('says which days a state covers, as far as they are known', () => {
  expect(daysInWords({ from: '2026-03-01', to: '2026-08-05' })).toBe('2026-03-01 至 2026-08-05');
  expect(daysInWords({ from: '2026-03-01', to: '2026-03-01' })).toBe('2026-03-01');
  expect(daysInWords({ from: '2026-03-01', to: null })).toBe('自 2026-03-01 起');
  expect(daysInWords({ from: null, to: '2026-03-01' })).toBe('截至 2026-03-01');
  expect(daysInWords({})).toBe('起始日期未记录');
});

it('offers what a state can be changed to', () => {
  expect(statesAfter('cancelled', false)).toEqual(['normal']);
  expect(statesAfter('normal', false)).not.toContain('normal');
  expect(statesAfter('normal', true)).toContain('normal');
  expect(statesAfter('maternity', false)).toContain('cancelled');
});

it('offers 正常 for days that are over, too, as far back as a change may begin', () => {
  const leave = (to: string | null, holds = true) => [{ holds, to }];
  expect(somethingHolds(leave('2026-05-31'), '2026-06-10')).toBe(true);
  expect(somethingHolds(leave('2023-01-01'), '2026-06-10')).toBe(true);
  expect(somethingHolds(leave('2022-12-31'), '2026-06-10')).toBe(false);
  expect(somethingHolds(leave(null), '2026-06-10')).toBe(true);
  expect(somethingHolds(leave(null, false), '2026-06-10')).toBe(false);
});

it('asks for the days that a state needs', () => {
  expect(faultOf('exempt', null, null)).toBe('states.from_missing');
  expect(faultOf('maternity', '2026-03-01', null)).toBe('states.to_missing');
  expect(faultOf('maternity', '2026-03-01', '2026-02-28')).toBe('states.to_before');
  expect(faultOf('exempt', '2026-03-01', null)).toBeNull();
  // A day that was chosen for another state before is not sent.
  expect(faultOf('cancelled', '2026-03-01', '2026-02-28')).toBeNull();
});
