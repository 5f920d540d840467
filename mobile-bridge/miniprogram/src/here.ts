// What every page may reach: who is logged in, the outbox, the calls, the reader's preferences. Made once, on first use.
// It holds no page's own state.

import {
  api_over,
  courier,
  device_id_on,
  make_outbox,
  next_with_face,
  say,
  session_in,
  shelf_in,
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
import { remember_taste, type Taste } from './taste.ts';
import { who_in, type Who } from './who.ts';
import { wx_platform } from './wx-platform.ts';

export interface Here {
  platform: Platform;
  clock: ServerClock;
  taste: Taste;
  who: Who;
  api: Api;
  wechat: WechatApi;
  outbox: Outbox;
  login: WechatLogin;
}

let made: Here | null = null;

export function here(): Here {
  made ??= make();
  return made;
}

function make(): Here {
  // The language is asked for when a request leaves, and known by then.
  const plain = wx_platform(ORIGIN, () => taste.language());
  const taste = remember_taste(plain.storage);
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
    courier: with_face(courier(api, clock.now, random), {
      platform,
      client,
      page: wechat_face_page,
      now: clock.now,
    }),
    shelf: shelf_in(storage),
    next: next_with_face,
    on_session_lost() {
      login.lost();
      void login.quietly();
    },
  });
  outbox.open(who.read()?.id ?? null);
  return { platform, clock, taste, who, api, wechat, outbox, login };
}

/** A sentence in the reader's language. */
export const t = (sentence: Sentence, blanks?: Blanks): string =>
  say(sentence, here().taste.language(), blanks);

/** The same in the other language, to stand beside it. */
export const beside = (sentence: Sentence, blanks?: Blanks): string =>
  say(sentence, here().taste.language() === 'zh' ? 'en' : 'zh', blanks);
