// What an app must do, one check each, in the order in which they are made. A check gives a note, or throws a Fault.
// It must not know how the connection is held, nor how the table is drawn.

import { Buffer } from 'node:buffer';
import { Fault } from './app.mjs';
import { read } from './read.mjs';

const fault = (words) => {
  throw new Fault(words);
};
const PEOPLE_MS = 60_000;

/** @type {{ name: string, what: string, needs?: string, check(exam: any): Promise<string | void> }[]} */
export const CHECKS = [
  {
    name: 'hello',
    what: 'hello is answered with the version, the app, a device id and what the app can do',
    async check({ app, known }) {
      const hello = await app.ok('hello', { versions: [1] });
      if (hello.version !== 1) fault(`version is ${JSON.stringify(hello.version)}, not 1`);
      if (!/^[\x21-\x7e]{8,64}$/.test(hello.device_id ?? ''))
        fault('device_id is not 8 to 64 visible ASCII characters');
      if (!Array.isArray(hello.can)) fault('can is not a list');
      for (const needed of ['scan', 'assertion'])
        if (!hello.can.includes(needed)) fault(`can does not hold ${needed}`);
      for (const field of ['name', 'version'])
        if (typeof hello.app?.[field] !== 'string') fault(`app.${field} is not a text`);
      Object.assign(known, { device_id: hello.device_id, can: hello.can });
      return `${hello.app.name} ${hello.app.version}, by ${app.via()}`;
    },
  },
  {
    name: 'other-version',
    what: 'a page of versions that the app does not know is refused with version',
    check: ({ app }) => refused(app, 'version', 'hello', { versions: [99] }),
  },
  {
    name: 'unknown',
    what: 'an ask that the app does not know is refused with unknown',
    check: ({ app }) => refused(app, 'unknown', 'dance', {}),
  },
  {
    name: 'malformed',
    what: 'an assertion that names no person is refused with malformed',
    check: ({ app }) => refused(app, 'malformed', 'assertion', {}),
  },
  {
    name: 'garbage',
    what: 'texts that are no messages are passed over, and the app goes on',
    async check({ app }) {
      for (const text of [
        '',
        'null',
        '{',
        '[]',
        '{"zaichang":1}',
        '{"zaichang":1,"page":7,"id":"x","ask":{}}',
        'x'.repeat(20_000),
      ])
        app.send(text || ' ');
      await app.ok('hello', { versions: [1] });
    },
  },
  {
    name: 'same-device',
    what: 'the device id is the same after the page was loaded again',
    async check({ app, stand, known }) {
      const since = stand.events.length;
      app.go(stand.address);
      await app.opened(10_000, since);
      const { device_id } = await app.ok('hello', { versions: [1] });
      if (device_id !== known.device_id) fault('it is another one');
    },
  },
  {
    name: 'assertion',
    what: 'an assertion names this service and device, lives 120 s at most, and is of one nonce',
    async check({ app, audience, known }) {
      const claims = await assertion(app, audience, known);
      if (claims.audience !== audience)
        fault(`audience is ${JSON.stringify(claims.audience)}, not ${audience}`);
      if (claims.device_id !== known.device_id) fault('device_id is not the one of hello');
      const life = Date.parse(claims.expires_at) - Date.parse(claims.issued_at);
      if (!(life > 0 && life <= 120_000)) fault(`it lives ${life / 1000} s; 120 s is the most`);
      if (Buffer.from(claims.nonce ?? '', 'base64url').length !== 16)
        fault('nonce is not 16 bytes of base64url');
      const second = await assertion(app, audience, known);
      if (second.nonce === claims.nonce) fault('two assertions have the same nonce');
    },
  },
  {
    name: 'assertion-for-others',
    what: 'no assertion is made for another service, nor for another device',
    async check({ app, audience, known }) {
      const elsewhere = 'https://elsewhere.example';
      const asked = await app.ask('assertion', { audience: elsewhere, device_id: known.device_id }, 15_000);
      if (asked.ok) fault('it vouched for the person to another service');
      const other = await app.ask('assertion', { audience, device_id: 'another-device-of-somebody' }, 15_000);
      if (other.ok) fault('it vouched for the person on another device');
    },
  },
  {
    name: 'login',
    what: 'the server accepts an assertion, once',
    async check({ app, audience, known, server }) {
      const { text } = await assertion(app, audience, known);
      const body = { assertion: text, client: { kind: 'app', device_id: known.device_id } };
      const login = await server('POST', '/api/v1/app-sessions', body);
      if (login.status !== 201) fault(`the server answered ${in_words(login)}`);
      known.session = login.json.session;
      const again = await server('POST', '/api/v1/app-sessions', body);
      if (again.json?.code !== 'assertion_used') fault(`presented again it was answered ${in_words(again)}`);
    },
  },
  {
    name: 'stranger-in-a-frame',
    what: 'a page of another origin in a frame is not answered',
    async check({ app, stand }) {
      const since = stand.events.length;
      app.frame(stand.stranger);
      return unanswered(stand, since, [app.page()]);
    },
  },
  {
    name: 'stranger-on-top',
    what: 'a page of another origin that the web view has come to is not answered',
    async check({ app, stand }) {
      const since = stand.events.length;
      const ours = app.page();
      app.go(`${stand.stranger}?back`);
      await app.opened(20_000, since);
      await app.ok('hello', { versions: [1] });
      return unanswered(stand, since, [ours, app.page()]);
    },
  },
  {
    name: 'scan',
    needs: 'scan',
    what: "the app's scanner gives the text on the hall's screen, and the server takes it",
    async check({ app, known, server }) {
      app.say('请在弹出的扫码界面扫描会场屏幕 · Scan the screen in the hall with the scanner that opens');
      const { text } = await app.ok('scan', {}, PEOPLE_MS);
      const code = /\/c\/([a-z2-7]{36})$/i.exec(text ?? '')?.[1];
      if (!code) fault("the text is not the address on the hall's screen, as it was scanned");
      const client = { kind: 'app', device_id: known.device_id };
      const scan = await server('POST', '/api/v1/scans', { code: code.toUpperCase(), client }, known.session);
      if (scan.status !== 201) fault(`the server answered ${in_words(scan)}: was it handed on at once?`);
      known.pass = scan.json.pass;
    },
  },
  {
    name: 'check-in',
    needs: 'scan',
    what: 'scan and login together are a check-in',
    async check({ known, server }) {
      if (!known.pass || !known.session) fault('there is no scan or no login to go by');
      const client = { kind: 'app', device_id: known.device_id };
      const answer = await server('POST', '/api/v1/check-ins', { pass: known.pass, client }, known.session);
      if (!['recorded', 'already_recorded'].includes(answer.json?.status))
        fault(`the server answered ${in_words(answer)}`);
      return answer.json.status;
    },
  },
  {
    name: 'scan-cancelled',
    needs: 'scan',
    what: 'a scanner that is closed without a code is told as cancelled',
    async check({ app }) {
      app.say('请直接关闭弹出的扫码界面 · Close the scanner that opens, without scanning');
      const code = await app.no('scan', {}, PEOPLE_MS);
      if (code !== 'cancelled') fault(`it was told as ${JSON.stringify(code)}`);
    },
  },
  {
    name: 'haptic',
    what: 'a touch is answered, where the app says that it can',
    async check({ app, known }) {
      if (!known.can.includes('haptic')) return 'not offered';
      for (const kind of ['success', 'warning', 'error']) await app.ok('haptic', { kind });
    },
  },
  {
    name: 'close',
    what: 'the page is gone soon after close, where the app says that it can',
    async check({ app, known, stand }) {
      if (!known.can.includes('close')) return 'not offered';
      const since = stand.events.length;
      app.send(JSON.stringify({ zaichang: 1, page: app.page(), id: 100_000, ask: 'close', with: {} }));
      if ((await app.left(5_000, since)) === null) fault('the page is still there after 5 s');
    },
  },
];

async function refused(app, wanted, what, params) {
  const code = await app.no(what, params);
  if (code !== wanted) fault(`it was refused with ${JSON.stringify(code)}`);
}

/** The claims, and the text they came in. */
async function assertion(app, audience, { device_id }) {
  const { assertion: text } = await app.ok('assertion', { audience, device_id }, 15_000);
  const [claims, signature, ...more] = String(text).split('.');
  const read_claims = read(Buffer.from(claims ?? '', 'base64url').toString());
  if (!signature || more.length > 0 || read_claims === null)
    fault('assertion is not base64url(claims).base64url(signature)');
  return { ...read_claims, text };
}

/** No answer to a stranger's page, wherever it was received, is an ok. */
async function unanswered(stand, since, ours) {
  const tried = await stand.event(({ kind, stranger }) => kind === 'tried' && stranger, 15_000, since);
  if (tried === null) return 'the app did not load it';
  const answers = stand.events
    .slice(since)
    .filter(({ kind }) => kind === 'heard')
    .map(({ text }) => read(text))
    .filter((message) => message?.ok && !ours.includes(message.page));
  const leaked = answers.find(({ ok }) => ok.assertion)
    ? 'an assertion'
    : answers.length > 0
      ? 'an answer'
      : null;
  if (leaked) fault(`it was given ${leaked}`);
  return tried.via === null ? 'it finds no line' : 'it finds a line, and silence';
}

const in_words = ({ status, json }) =>
  `${status} ${json?.code ?? json?.status ?? ''} ${json?.explanation ?? json?.detail ?? ''}`.trim();
