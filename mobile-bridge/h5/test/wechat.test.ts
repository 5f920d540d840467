// WeChat's scanner where it is unavailable: the wait is no longer than for a camera, and other browsers are not asked.
// Where it is available it is tried in a real browser.

import { afterEach, expect, it, vi } from 'vitest';
import { scan_in_wechat } from '../src/camera/wechat.ts';

afterEach(() => {
  vi.useRealTimers();
  document.head.textContent = '';
});

const IN_WECHAT = 'Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.56 NetType/WIFI';
const signed = {
  status: 200,
  json: { app_id: 'wx1', timestamp: 1, nonce_str: 'n', signature: 's' },
};

/** This document in a browser of that name. */
const browser = (userAgent: string): Window =>
  ({
    navigator: { userAgent },
    location: window.location,
    document,
    setTimeout,
    clearTimeout,
  }) as unknown as Window;

it.each(['Mozilla/5.0 (Linux; Android 14) Chrome/116', `${IN_WECHAT} wxwork/4.1.0`])(
  'asks nothing in %s',
  async (agent) => {
    const send = vi.fn();
    expect(await scan_in_wechat(browser(agent), send, '')).toEqual({ is: 'none' });
    expect(send).not.toHaveBeenCalled();
  },
);

it('does without WeChat when the server does', async () => {
  const send = async () => ({ status: 409, json: { code: 'wechat_not_configured' } });
  expect(await scan_in_wechat(browser(IN_WECHAT), send, '')).toEqual({ is: 'none' });
  expect(document.querySelector('script')).toBeNull();
});

it('does without WeChat when there is no line', async () => {
  const send = () => Promise.reject(new Error('no line'));
  expect(await scan_in_wechat(browser(IN_WECHAT), send, '')).toEqual({ is: 'none' });
});

it('waits four seconds for WeChat’s script and no longer', async () => {
  vi.useFakeTimers();
  const scanning = scan_in_wechat(browser(IN_WECHAT), async () => signed, '');
  let ended = false;
  void scanning.then(() => (ended = true));
  await vi.advanceTimersByTimeAsync(3_999);
  expect([ended, document.querySelectorAll('script').length]).toEqual([false, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await scanning).toEqual({ is: 'none' });
});
