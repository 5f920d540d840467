// The web view as the core's platform: the browser's, but with the person's session in a header and never a cookie, and
// with texts of its own, because h5's pages may be open in the same web view under another device.
// It must not know how a session is got.

import type { Platform, Storage } from '@zaichang/core';
import { browser_platform } from '../../h5/src/platform.ts';

const OURS = 'zaichang.app/';

export interface AppPlatform extends Platform {
  /** The session for every request from now on; kept by this page alone, and gone with it. */
  hold(session: string | null): void;
}

export function app_platform(window: Window, language: () => string): AppPlatform {
  let session: string | null = null;
  const platform = browser_platform(window, language, 'omit');
  return {
    ...platform,
    send: (request) => platform.send(session === null ? request : { ...request, bearer: session }),
    storage: within(platform.storage),
    hold: (held) => void (session = held),
  };
}

function within(storage: Storage): Storage {
  return {
    keys: () =>
      storage
        .keys()
        .filter((key) => key.startsWith(OURS))
        .map((key) => key.slice(OURS.length)),
    read: (key) => storage.read(OURS + key),
    write: (key, text) => storage.write(OURS + key, text),
    remove: (key) => storage.remove(OURS + key),
  };
}
