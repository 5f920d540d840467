import { expect, it } from 'vitest';
import { addressOf, askedWith, everything, filterIn, isNarrowed } from './filter';

it('reads from an address what it has written there', () => {
  const filter = {
    account: 7,
    action: 'open_screen',
    noun: 'course',
    noun_id: 12,
    from: '2025-11-01',
    to: '2025-11-29',
    text: '主会场',
  };
  const address = addressOf(filter);
  expect(address).toEqual({
    account: '7',
    action: 'open_screen',
    noun: 'course',
    noun_id: '12',
    from: '2025-11-01',
    to: '2025-11-29',
    q: '主会场',
  });
  expect(filterIn(address as Record<string, string>)).toEqual(filter);
  expect(isNarrowed(filter)).toBe(true);
});

it('ignores what no filter can be', () => {
  const odd = { account: '-1', action: '打开', noun: 'course', from: '2025-02-30', to: 'x', odd: '1' };
  expect(filterIn(odd)).toEqual(everything);
  expect(filterIn({ noun_id: '7' })).toEqual(everything);
  expect(filterIn({ from: '2025-11-29', to: '2025-11-01' })).toEqual({ ...everything, from: '2025-11-29' });
  expect(isNarrowed(everything)).toBe(false);
});

it('asks the server for nothing that is not given', () => {
  expect(askedWith(everything)).toEqual({});
  expect(askedWith({ ...everything, account: 7, text: '周敏' })).toEqual({ account: 7, q: '周敏' });
});
