// What every page may reach: who is logged in, the outbox, the calls, the reader's preferences. Made once, on first use.
// It holds no page's own state.

import {
  api_over,
  sender,
  device_id_on,
  make_outbox,
  next_with_face,
  say,
  session_in,
  store_in,
  wechat_api_over,
  with_face,
  with_session,
  type Api,
  type Blanks,
  type Client,
  type Outbox,
  type Platform,
  type Sentence,
  type ServerClock,
  type WechatApi,
} from '@zaichang/core';
import { wechat_face_page } from './face-page.ts';
import { wechat_login, type WechatLogin } from './login.ts';
import { scene_of_scan } from './scene.ts';
import { ORIGIN } from './settings.ts';
import { remember_preferences, type Preferences } from './preferences.ts';
import { who_in, type Who } from './who.ts';
import { wx_platform } from './wx-platform.ts';

export interface Context {
  platform: Platform;
  clock: ServerClock;
  preferences: Preferences;
  who: Who;
  api: Api;
  wechat: WechatApi;
  outbox: Outbox;
  login: WechatLogin;
}

let made: Context | null = null;

export function context(): Context {
  made ??= make();
  return made;
}

function make(): Context {
  // The language is asked for when a request leaves, and known by then.
  const plain = wx_platform(ORIGIN, () => preferences.language());
  const preferences = remember_preferences(plain.storage);
  const session = session_in(plain.storage);
  const platform = with_session(plain, session);
  const { storage, random } = platform;
  const clock = plain.server_time;
  const who = who_in(storage, session);
  const client: Client = {
    kind: 'wechat',
    device_id: device_id_on(plain),
    /** Read anew for every request; left out of it when undefined. */
    get scene() {
      return scene_of_scan() as number;
    },
  };
  const api = api_over(platform, client);
  const wechat = wechat_api_over(platform, client);
  const login = wechat_login({ api, wechat, outbox: () => outbox, who, platform, clock });
  const outbox = make_outbox({
    platform,
    clock,
    sender: with_face(sender(api, clock.now, random), {
      platform,
      client,
      page: wechat_face_page,
      now: clock.now,
    }),
    store: store_in(storage),
    next: next_with_face,
    on_session_lost() {
      login.lost();
      void login.quietly();
    },
  });
  outbox.open(who.read()?.id ?? null);
  return { platform, clock, preferences, who, api, wechat, outbox, login };
}

/** A sentence in the reader's language. */
export const t = (sentence: Sentence, blanks?: Blanks): string =>
  say(sentence, context().preferences.language(), blanks);

/** The same in the other language, to stand beside it. */
export const beside = (sentence: Sentence, blanks?: Blanks): string =>
  say(sentence, context().preferences.language() === 'zh' ? 'en' : 'zh', blanks);
