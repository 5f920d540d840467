// The browser behind the core's platform port: fetch, localStorage, clock, randomness, and the moments worth another try.
// It must not know what is sent or kept.

import type { HttpReply, HttpRequest, Platform, Storage, Wake } from '@zaichang/core';

/** Longer than a slow line needs for a few hundred bytes, shorter than a person's patience. */
const NO_ANSWER_AFTER_MS = 10_000;

/** The person is identified by the browser's cookies, or, where those are left out, by each request's own session. */
export function browser_platform(
  window: Window,
  language: () => string,
  credentials: 'same-origin' | 'omit' = 'same-origin',
): Platform {
  return {
    send: (request) => send(window, request, language(), credentials),
    storage: storage_of(window),
    clock: {
      now: () => Date.now(),
      after(delay_ms, run) {
        const timer = window.setTimeout(run, delay_ms);
        return () => window.clearTimeout(timer);
      },
    },
    random: () => Math.random(),
    on_wake: (listener) => on_wake(window, listener),
  };
}

async function send(
  window: Window,
  { method, path, body, bearer }: HttpRequest,
  language: string,
  credentials: RequestCredentials,
): Promise<HttpReply> {
  const giving_up = new AbortController();
  const timer = window.setTimeout(() => giving_up.abort(), NO_ANSWER_AFTER_MS);
  try {
    const response = await window.fetch(path, {
      method,
      headers: {
        Accept: 'application/json',
        'Accept-Language': language,
        'Content-Type': 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      credentials,
      cache: 'no-store',
      signal: giving_up.signal,
    });
    return { status: response.status, json: json_of(await response.text()) };
  } finally {
    window.clearTimeout(timer);
  }
}

function json_of(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where localStorage is blocked or full nothing outlives the page; the page itself goes on. */
function storage_of(window: Window): Storage {
  const disk = <T>(use: (storage: globalThis.Storage) => T, instead: T): T => {
    try {
      return use(window.localStorage);
    } catch {
      return instead;
    }
  };
  return {
    keys: () => disk((storage) => Object.keys(storage), []),
    read: (key) => disk((storage) => storage.getItem(key), null),
    write: (key, text) => disk((storage) => storage.setItem(key, text), undefined),
    remove: (key) => disk((storage) => storage.removeItem(key), undefined),
  };
}

function on_wake(window: Window, listener: (why: Wake) => void): () => void {
  const { document } = window;
  const moments: [EventTarget, string, () => void][] = [
    [window, 'online', () => listener('line')],
    [window, 'storage', () => listener('storage')],
    [window, 'pageshow', () => listener('seen')],
    [document, 'visibilitychange', () => document.hidden || listener('seen')],
  ];
  moments.forEach(([target, event, tell]) => target.addEventListener(event, tell));
  return () => moments.forEach(([target, event, tell]) => target.removeEventListener(event, tell));
}
