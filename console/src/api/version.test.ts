// Checks that a version is kept beside what was read, through proxies and refusals. It must not need a server.
import { expect, test } from 'vitest';
import { refusalOf } from './refusal';
import { versioned } from './client';
import { versionIn } from './version';

const headers = (ETag?: string) => new Headers(ETag === undefined ? {} : { ETag });

test('what was read keeps its version', async () => {
  const response = new Response('{}', { headers: { ETag: '"7"' } });
  await expect(versioned(Promise.resolve({ data: { cap: 80 }, response }))).resolves.toEqual({
    cap: 80,
    version: '"7"',
  });
});

test('a version that a compressing proxy marked as weak is sent back as it was', () => {
  expect(versionIn(headers('W/"7"'))).toBe('"7"');
  expect(versionIn(headers())).toBe('');
});

test('who changed it meanwhile, and what stands now, come with the refusal', () => {
  const body = { code: 'changed_meanwhile', title: '…', current: { cap: 80 }, changed_by: '周敏' };
  const whole = { ...body, changed_at: '2025-11-29T01:02:13Z' };
  expect(refusalOf(412, whole, headers('"8"')).meanwhile).toEqual({
    current: { cap: 80 },
    version: '"8"',
    changedBy: '周敏',
    changedAt: '2025-11-29T01:02:13Z',
  });
  expect(refusalOf(412, { ...body, changed_by: 7 }, headers('"8"')).meanwhile).toMatchObject({
    changedBy: null,
    changedAt: null,
  });
  for (const current of [null, undefined, 'x'])
    expect(refusalOf(412, { ...body, current }, headers('"8"')).meanwhile).toBeNull();
  expect(refusalOf(409, { ...whole, code: 'face_provider_missing' }, headers('"8"')).meanwhile).toBeNull();
});
