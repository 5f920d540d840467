// Checks that every kind of answer becomes a refusal a page can show. It must not need a server.
import { expect, test } from 'vitest';
import { speak } from '../words/locale';
import { asRefusal, codeInWords, mayPass, ownRefusal, Refusal, refusalOf } from './refusal';

test('a problem keeps its title, its field and its request id', () => {
  const refusal = refusalOf(400, {
    type: '/docs/problems#bad_request',
    title: '请求内容有误',
    status: 400,
    detail: '请检查标出的字段。',
    code: 'bad_request',
    request_id: 'r-1',
    field: 'cap',
  });
  expect(refusal).toMatchObject({
    code: 'bad_request',
    title: '请求内容有误',
    detail: '请检查标出的字段。',
    status: 400,
    field: 'cap',
    requestId: 'r-1',
    retryAfterMs: null,
  });
});

test('a proxy’s page instead of a problem is called unreadable, not shown', () => {
  for (const body of ['<html>502</html>', null, undefined, 7, {}, { code: 1, title: 'x' }, []]) {
    expect(refusalOf(502, body)).toMatchObject({ code: 'unreadable', status: 502 });
  }
});

test('optional parts of the wrong type are left out', () => {
  const refusal = refusalOf(429, {
    code: 'too_many_requests',
    title: '操作过于频繁',
    field: 3,
    retry_after_ms: '9',
  });
  expect(refusal).toMatchObject({ field: null, retryAfterMs: null, detail: '' });
});

test('only what may pass by itself is worth trying again', () => {
  expect(mayPass(ownRefusal('offline'))).toBe(true);
  expect(mayPass(refusalOf(503, { code: 'busy', title: '…' }))).toBe(true);
  expect(mayPass(refusalOf(429, { code: 'too_many_requests', title: '…' }))).toBe(true);
  expect(mayPass(refusalOf(409, { code: 'face_provider_missing', title: '…' }))).toBe(false);
});

test('a fault of this program is not dressed up as a refusal', () => {
  const refusal = new Refusal('internal', 'x', '');
  expect(asRefusal(refusal)).toBe(refusal);
  expect(() => asRefusal(new TypeError('bug'))).toThrow('bug');
});

test('a code from the server is spoken, and an unknown one is named', () => {
  expect(codeInWords('cap_reached')).toBe('已达考勤人数上限');
  expect(codeInWords('brand_new')).toBe('暂不能签到（brand_new）');
});

test('speaks the language its reader has changed to, though it came in the other one', () => {
  const known = refusalOf(409, { code: 'cap_reached', title: '考勤人数已达上限', detail: '如需增加名额……' });
  const strange = refusalOf(409, { code: 'brand_new', title: '暂停签到', detail: '请稍候。' });
  const own = ownRefusal('offline');
  speak('en');
  expect([known.title, known.detail]).toEqual([
    'The course is full',
    expect.stringContaining('raise the cap') as string,
  ]);
  expect([strange.title, strange.detail]).toEqual(['The request was refused', '']);
  expect([own.title, own.detail]).toEqual([
    'The server cannot be reached',
    'Please check the network and try again.',
  ]);
  speak('zh');
  expect(known.detail).toBe('如需增加名额……');
});
