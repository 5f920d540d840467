// Replies are not trusted: only what has the right form counts as an answer.

import { expect, it } from 'vitest';
import { receipt_tail } from '../src/receipt-tail.ts';
import { add_records, by_day } from '../src/record-days.ts';
import { verdict_of } from '../src/verdict.ts';
import { read_answer, read_check_in_reply } from '../src/wire/read.ts';
import type { CheckInRecord } from '../src/wire/wire.ts';

const reply = (status: number, json: unknown) =>
  verdict_of(read_answer({ status, json }, read_check_in_reply));
const record = (receipt: string, day: string) => ({ receipt, check_in: { day } }) as CheckInRecord;

it.each([
  ['a page instead of JSON', 200, undefined],
  ['an empty object', 200, {}],
  ['a success without a receipt', 201, { status: 'recorded', check_in: { at: '2026-11-21T01:02:13Z' } }],
  ['a pause without a pass', 202, { status: 'deferred' }],
  ['a proxy’s error page', 502, undefined],
  ['a portal’s refusal', 403, { error: 'please log in to the Wi-Fi' }],
  ['a redirect', 302, undefined],
])('takes %s for no answer at all', (_, status, json) => {
  expect(reply(status, json)).toMatchObject({ it: 'put_off', wait: 'line' });
});

it.each([
  ['storage_unavailable', 503, 'storage'],
  ['busy', 503, 'crowd'],
  ['timeout', 503, 'crowd'],
  ['internal', 500, 'crowd'],
  ['too_many_requests', 429, 'crowd'],
])('waits and tries again after %s', (code, status, wait) => {
  expect(reply(status, { code, retry_after_ms: 700 })).toMatchObject({ it: 'put_off', wait, asked_ms: 700 });
});

it('takes every other refusal as the answer', () => {
  expect(reply(409, { code: 'cap_reached', title: '已满' })).toMatchObject({
    it: 'refused',
    problem: { code: 'cap_reached', title: '已满', status: 409 },
  });
});

it('groups records by day and lists none twice', () => {
  const first = [record('a', '2026-11-21'), record('b', '2026-11-21')];
  const all = add_records(first, [record('b', '2026-11-21'), record('c', '2026-11-20')]);
  expect(by_day(all).map(({ day, records }) => [day, records.length])).toEqual([
    ['2026-11-21', 2],
    ['2026-11-20', 1],
  ]);
});

it('shortens a receipt to what can be read out', () => {
  expect(receipt_tail('AQAAAAAAf3kL-_x9Kd27Qa')).toBe('x9Kd 27Qa');
});
