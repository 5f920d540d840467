// Checks what becomes of answers, silence and broken lines. It must not reach any network.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answer, reach, whenLoginRequired } from './client';
import { Refusal } from './refusal';

const request = (signal?: AbortSignal) => new Request('http://console.test/api', signal ? { signal } : {});
const hung = (_: Request, init: RequestInit) =>
  new Promise<Response>((_, reject) =>
    init.signal!.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
  );
const refusalFor = (status: number, error: unknown) =>
  answer(Promise.resolve({ error, response: new Response(null, { status }) })).catch(
    (thrown: unknown) => thrown,
  );

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  whenLoginRequired(() => {});
});

test('a line that breaks is a refusal, not a fault', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(reach(request())).rejects.toMatchObject({ code: 'offline', status: 0 });
});

test('a server that does not answer is given up in time', async () => {
  vi.stubGlobal('fetch', hung);
  const outcome = expect(reach(request())).rejects.toMatchObject({ code: 'slow' });
  await vi.advanceTimersByTimeAsync(15_000);
  await outcome;
});

test('a question that was dropped on purpose is no refusal', async () => {
  vi.stubGlobal('fetch', hung);
  const control = new AbortController();
  const outcome = reach(request(control.signal)).catch((thrown: unknown) => thrown);
  control.abort();
  const thrown = await outcome;
  expect(thrown).toBeInstanceOf(DOMException);
  expect(thrown).not.toBeInstanceOf(Refusal);
});

test('a session that has ended is reported, a wrong password is not', async () => {
  const ended = vi.fn();
  whenLoginRequired(ended);
  expect(await refusalFor(401, { code: 'login_failed', title: '账号或密码不正确' })).toMatchObject({
    code: 'login_failed',
  });
  expect(ended).not.toHaveBeenCalled();
  expect(await refusalFor(401, { code: 'login_required', title: '请先登录' })).toMatchObject({
    code: 'login_required',
  });
  expect(ended).toHaveBeenCalledOnce();
});

test('an answer that is no JSON is a refusal', async () => {
  const broken = Promise.reject(new SyntaxError('Unexpected token <'));
  await expect(answer(broken)).rejects.toMatchObject({ code: 'unreadable' });
});

test('an empty answer is an answer', async () => {
  const empty = Promise.resolve({ response: new Response(null, { status: 204 }) });
  await expect(answer(empty)).resolves.toBeUndefined();
});
