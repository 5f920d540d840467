// Checks that an act is sent once at a time, and where its refusal is shown. It must not need a server.
import { effectScope } from 'vue';
import { expect, test, vi } from 'vitest';
import { Refusal } from '../api/refusal';
import { useAct } from './use-act';

const refused = (field: string | null) =>
  new Refusal('bad_request', '请求内容有误', '理由最多 200 个字', 400, field);

/** In a scope of its own, as in a component. */
function act<T>(send: () => Promise<T>, done?: (result: T) => void) {
  return effectScope().run(() => useAct(send, { fields: ['reason'], done }))!;
}

test('an act that is under way is not begun again', async () => {
  let answer = (_: string) => {};
  const asked = vi.fn(() => new Promise<string>((resolve) => (answer = resolve)));
  const done = vi.fn();
  const { send } = act(asked, done);
  const first = send();
  expect(await send()).toBe(false);
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  answer('given');
  expect(await first).toBe(true);
  expect(asked).toHaveBeenCalledOnce();
  expect(done).toHaveBeenCalledWith('given');
});

test('a refusal of a field of the form is said there, any other over it', async () => {
  const at = act(() => Promise.reject(refused('reason')));
  expect(await at.send()).toBe(false);
  await vi.waitFor(() => expect(at.faultAt('reason')).toBe('理由最多 200 个字'));
  expect([at.faultAt('place'), at.note.value]).toEqual(['', null]);

  const over = act(() => Promise.reject(refused(null)));
  await over.send();
  await vi.waitFor(() => expect(over.note.value?.title).toBe('请求内容有误'));
  expect(over.faultAt('reason')).toBe('');
});

test('the refusal of the last try is gone with the next one', async () => {
  const results = [() => Promise.reject(refused(null)), () => Promise.resolve()];
  const { send, refusal } = act(() => results.shift()!());
  await send();
  await vi.waitFor(() => expect(refusal.value).not.toBeNull());
  expect(await send()).toBe(true);
  await vi.waitFor(() => expect(refusal.value).toBeNull());
});

test('a fault of this program is not taken for a refusal', async () => {
  const { send, refusal } = act(() => Promise.reject(new TypeError('bug')));
  await expect(send()).rejects.toThrow('bug');
  expect(refusal.value).toBeNull();
});
