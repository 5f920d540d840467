// The real server with demo data, a WeChat of our own for it to ask, and the mini-program built for its address.
// It must not answer for the server; what WeChat says here follows its documentation.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { endAll } from '../../../../tests/e2e/support/ends.js';
import { organiserOf } from '../../../../tests/e2e/support/organiser.js';
import { startServer } from '../../../../tests/e2e/support/server.js';
import { build } from '../../scripts/build.mjs';

export const BUILT = join(import.meta.dirname, '../../node_modules/.built-for-server');

const APP_ID = 'wx0123456789abcdef';

export interface Real {
  origin: string;
  /** Simulates WeChat, and returns what the server has sent by text message. */
  wechat: string;
  master_key: string;
  screen: number;
  course: number;
  unit_admin: string;
  people: { name: string; phone: string }[];
}

declare module 'vitest' {
  interface ProvidedContext {
    real: Real;
  }
}

export default async function real(project: TestProject): Promise<() => Promise<void>> {
  const played = played_wechat();
  const wechat = await address_of(played.server);
  const server = await startServer({
    env: {
      ZAICHANG_WECHAT__APP_ID: APP_ID,
      ZAICHANG_WECHAT__APP_SECRET: '0123456789abcdef0123456789abcdef',
      ZAICHANG_WECHAT__AWARD_TEMPLATE_ID: 'a-template-of-awards',
      ZAICHANG_WECHAT__ENDPOINT: wechat,
    },
  });
  played.read_messages(() =>
    server.log.lines.filter(({ target }) => target === 'zaichang_integrations::sms'),
  );
  const course = server.demo.courses[0];
  if (course === undefined) throw new Error('the demo has no course');
  const { screen } = await organiserOf(server).openScreen(course.id);
  const { master_keys } = server.demo as unknown as { master_keys: string[] };
  await build(
    { origin: server.url, app_id: 'touristappid', award_template: 'a-template-of-awards', location: false },
    BUILT,
  );
  project.provide('real', {
    origin: server.url,
    wechat,
    master_key: master_keys[0] ?? '',
    screen,
    course: course.id,
    unit_admin: server.demo.unit_admin.session,
    people: server.welcome.people.map(({ name, phone }) => ({ name, phone })),
  });
  return async () => {
    await endAll();
    played.server.close();
  };
}

/** Codes are good for one use. Which account and which phone they stand for is in their own text. */
function played_wechat() {
  const used = new Set<string>();
  let is_away = false;
  let messages = (): Record<string, unknown>[] => [];
  const once = (code: string): boolean => !used.has(code) && Boolean(used.add(code));
  const answers: Record<string, (query: URLSearchParams, body: Record<string, string>) => object> = {
    '/sns/jscode2session': (query) => {
      const [account = ''] = (query.get('js_code') ?? '').split('/');
      return once(query.get('js_code') ?? '')
        ? { openid: `openid-of-${account}`, session_key: 'a-session-key' }
        : { errcode: 40163, errmsg: 'code been used' };
    },
    '/cgi-bin/stable_token': () => ({ access_token: 'a-token', expires_in: 7200 }),
    '/wxa/business/getuserphonenumber': (_, { code = '' }) => {
      const [phone = ''] = code.split('/');
      const phone_info = {
        phoneNumber: phone,
        purePhoneNumber: phone,
        countryCode: '86',
        watermark: { timestamp: 0, appid: APP_ID },
      };
      return once(code)
        ? { errcode: 0, errmsg: 'ok', phone_info }
        : { errcode: 40029, errmsg: 'invalid code' };
    },
    '/played/away': () => ({ is_away: (is_away = true) }),
    '/played/back': () => ({ is_away: (is_away = false) }),
    '/played/message': () => ({ code: messages().pop()?.code ?? null }),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://wechat');
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      if (is_away && !url.pathname.startsWith('/played/'))
        return void response.writeHead(502).end('Bad Gateway');
      const body = text === '' ? {} : JSON.parse(text);
      const answer = answers[url.pathname]?.(url.searchParams, body) ?? {
        errcode: 40066,
        errmsg: 'invalid url',
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  return { server, read_messages: (read: () => Record<string, unknown>[]) => void (messages = read) };
}

async function address_of(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
