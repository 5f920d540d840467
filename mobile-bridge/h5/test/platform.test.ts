// The browser as a platform: what counts as an answer, and what happens without storage.

import { afterEach, expect, it, vi } from 'vitest';
import { browser_platform } from '../src/platform.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const platform = browser_platform(window, () => 'zh-CN');
const request = { method: 'POST' as const, path: '/api/v1/check-ins', body: { pass: 'p' } };

it('sends JSON to its own origin in the reader’s language', async () => {
  const fetch = vi.fn(async () => new Response('{"a":1}', { status: 201 }));
  vi.stubGlobal('fetch', fetch);
  expect(await platform.send(request)).toEqual({ status: 201, json: { a: 1 } });
  expect(fetch.mock.calls[0]).toMatchObject([
    '/api/v1/check-ins',
    {
      body: '{"pass":"p"}',
      credentials: 'same-origin',
      headers: { 'Accept-Language': 'zh-CN', 'Content-Type': 'application/json' },
    },
  ]);
});

it('hands on a page that is not JSON as no JSON', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>Wi-Fi login</html>', { status: 200 }));
  expect(await platform.send(request)).toEqual({ status: 200, json: undefined });
});

it('gives up when nothing answers for ten seconds', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => {
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  const sending = expect(platform.send(request)).rejects.toThrow('aborted');
  await vi.advanceTimersByTimeAsync(10_000);
  await sending;
});

it('goes on without storage where the browser refuses it', () => {
  const blocked = browser_platform(
    new Proxy(window, {
      get: (target, name) => {
        if (name === 'localStorage') throw new DOMException('blocked', 'SecurityError');
        return Reflect.get(target, name);
      },
    }),
    () => 'zh-CN',
  );
  blocked.storage.write('a', 'b');
  expect(blocked.storage.read('a')).toBeNull();
  expect(blocked.storage.keys()).toEqual([]);
});

it('tells when another try is worth it, until it is told to stop', () => {
  const heard: string[] = [];
  const stop = platform.on_wake((why) => heard.push(why));
  window.dispatchEvent(new Event('online'));
  window.dispatchEvent(new Event('storage'));
  document.dispatchEvent(new Event('visibilitychange'));
  stop();
  window.dispatchEvent(new Event('online'));
  expect(heard).toEqual(['line', 'storage', 'seen']);
});
