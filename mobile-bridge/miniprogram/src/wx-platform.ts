// WeChat behind the core's platform port: wx.request, its storage, the moments worth another try, the server's time.
// It must not know what is sent or kept; a session goes into its header and nowhere else.

import type { Clock, HttpReply, HttpRequest, Language, Platform, ServerClock, Storage } from '@zaichang/core';

/** Longer than a slow line needs for a few hundred bytes, shorter than a person's patience. */
const NO_ANSWER_AFTER_MS = 10_000;
/** The Date header has whole seconds only. */
const CLOCK_GRAIN_MS = 2_000;

export interface WxPlatform extends Platform {
  /** The server's time from its replies, by the phone's clock until the first one. */
  server_time: ServerClock;
}

export function wx_platform(origin: string, language: () => Language): WxPlatform {
  const clock: Clock = {
    now: () => Date.now(),
    after(delay_ms, run) {
      const timer = setTimeout(run, delay_ms);
      return () => clearTimeout(timer);
    },
  };
  let ahead_ms = 0;
  const server_time = { now: () => clock.now() + ahead_ms };
  const heard = (date: string): void => {
    const server = Date.parse(date);
    if (Math.abs(server - server_time.now()) > CLOCK_GRAIN_MS) ahead_ms = server - clock.now();
  };
  return {
    clock,
    server_time,
    random: () => Math.random(),
    send: (request) => send(origin, language(), request, heard),
    storage: storage_of_wx(),
    on_wake(listener) {
      const line = (network: object): void => {
        if ('isConnected' in network && network.isConnected === true) listener('line');
      };
      const shown = (): void => listener('seen');
      wx.onNetworkStatusChange(line);
      wx.onAppShow(shown);
      return () => {
        wx.offNetworkStatusChange(line);
        wx.offAppShow(shown);
      };
    },
  };
}

function send(
  origin: string,
  language: Language,
  { method, path, body, bearer }: HttpRequest,
  heard: (date: string) => void,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    wx.request({
      url: origin + path,
      method,
      ...(body !== undefined && { data: body as WechatMiniprogram.IAnyObject }),
      timeout: NO_ANSWER_AFTER_MS,
      header: {
        Accept: 'application/json',
        'Accept-Language': language === 'zh' ? 'zh-CN' : 'en',
        'Content-Type': 'application/json',
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
      },
      success({ statusCode, data, header }) {
        const date = date_in(header as Record<string, unknown> | undefined);
        if (date !== null) heard(date);
        resolve({ status: statusCode, json: json_of(data) });
      },
      // What WeChat says about a failure may contain the address: it is not passed on.
      fail: () => reject(new Error('no answer')),
    });
  });
}

/** wx.request hands on a text where it could not read JSON: a portal's page, or nothing at all. */
function json_of(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function date_in(header: Record<string, unknown> | undefined): string | null {
  const name = Object.keys(header ?? {}).find((known) => known.toLowerCase() === 'date');
  const date = name === undefined ? undefined : header?.[name];
  return typeof date === 'string' && !Number.isNaN(Date.parse(date)) ? date : null;
}

/** Where WeChat refuses to keep (10 MB are full, the disk is), what was written lives as long as the program runs. */
function storage_of_wx(): Storage {
  const unkept = new Map<string, string>();
  const disk = <T>(use: () => T, instead: T): T => {
    try {
      return use();
    } catch {
      return instead;
    }
  };
  return {
    keys: () => [...new Set([...disk(() => wx.getStorageInfoSync().keys, []), ...unkept.keys()])],
    read(key) {
      const text: unknown = unkept.get(key) ?? disk<unknown>(() => wx.getStorageSync(key), '');
      return typeof text === 'string' && text !== '' ? text : null;
    },
    write(key, text) {
      const kept = disk(() => (wx.setStorageSync(key, text), true), false);
      if (kept) unkept.delete(key);
      else unkept.set(key, text);
    },
    remove(key) {
      unkept.delete(key);
      disk(() => wx.removeStorageSync(key), undefined);
    },
  };
}
