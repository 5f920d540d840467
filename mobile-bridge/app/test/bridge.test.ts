// The connection and the messages: what counts as an answer, and which senders are ignored.

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { open_bridge, type Bridge } from '../src/bridge/bridge.ts';
import { PORT_WORD } from '../src/bridge/line.ts';
import { ask_text, read_message } from '../src/bridge/message.ts';
import { own_window, put_app_around, type AppHost } from './app-host.ts';

const PAGE = 'this-very-page';
let own: Window;
let app: AppHost;
let bridge: Bridge;

beforeEach(() => {
  vi.useFakeTimers();
  own = own_window();
  app = put_app_around(own, {
    scan: () => ({ ok: { text: 'x' } }),
    no: () => ({ no: { code: 'denied' } }),
    other: () => null,
  });
  bridge = open_bridge(own, PAGE);
});
afterEach(() => {
  bridge.close();
  vi.useRealTimers();
});

const say = (fields: object): void => app.say(JSON.stringify({ zaichang: 1, page: PAGE, ...fields }));

it('has one answer for each ask, and silence where there is none', async () => {
  expect(await bridge.ask('scan', {}, 1000)).toEqual({ is: 'ok', value: { text: 'x' } });
  expect(await bridge.ask('no', {}, 1000)).toEqual({ is: 'no', code: 'denied' });
  const asked = bridge.ask('other', {}, 1000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await asked).toEqual({ is: 'silent' });
  expect(app.heard.map(({ ask, id }) => [ask, id])).toEqual([
    ['scan', 1],
    ['no', 2],
    ['other', 3],
  ]);
});

it('hears nothing that was meant for another page, another ask or another version', async () => {
  const asked = bridge.ask('other', {}, 1000);
  app.say(JSON.stringify({ zaichang: 1, page: 'an-earlier-page', id: 1, ok: { text: 'evil' } }));
  app.say(JSON.stringify({ zaichang: 2, page: PAGE, id: 1, ok: { text: 'evil' } }));
  say({ id: 2, ok: { text: 'evil' } });
  say({ id: '1', ok: { text: 'evil' } });
  say({ id: 1, ok: { text: 'evil' }, no: { code: 'denied' } });
  app.say({ zaichang: 1, page: PAGE, id: 1, ok: { text: 'evil' } });
  say({ id: 1, ok: { text: 'right' } });
  say({ id: 1, ok: { text: 'late' } });
  expect(await asked).toEqual({ is: 'ok', value: { text: 'right' } });
});

it('answers what the app asks, and says so when it does not know', () => {
  bridge.on('back', () => ({ handled: true }));
  say({ id: 7, ask: 'back', with: {} });
  say({ id: 8, ask: 'dance' });
  app.say(JSON.stringify({ zaichang: 1, page: 'another', id: 9, ask: 'back' }));
  expect(app.heard.map(({ id, ...rest }) => [id, 'ok' in rest || 'no' in rest])).toEqual([
    [7, true],
    [8, true],
  ]);
  expect(app.heard[1]).toMatchObject({ no: { code: 'unknown' } });
});

it('stumbles over no text at all', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((value) => JSON.stringify({ zaichang: 1, page: PAGE, ...value })),
  );
  fc.assert(
    fc.property(texts, (text) => {
      app.say(text);
      const message = read_message(text);
      return message === null || (typeof message.page === 'string' && Number.isSafeInteger(message.id));
    }),
  );
});

it('reads what it writes', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(),
      fc.string(),
      fc.dictionary(fc.string(), fc.string()),
      (page, id, ask, given) => {
        const params = { ...given };
        expect(read_message(ask_text({ page, id, ask, with: params }))).toEqual({
          page,
          id,
          ask,
          with: params,
        });
      },
    ),
  );
});

it('takes no call from other code that runs in the page', () => {
  const before = (own as unknown as { zaichangBridge: object }).zaichangBridge;
  expect(() => {
    (own as unknown as { zaichangBridge: object }).zaichangBridge = {};
  }).toThrow();
  expect((own as unknown as { zaichangBridge: object }).zaichangBridge).toBe(before);
});

it('takes a port from the app, and from no page', async () => {
  app.remove();
  bridge.close();
  bridge = open_bridge(own, PAGE);
  const asked = bridge.ask('scan', {}, 1000);
  const hand_over = (init: MessageEventInit): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    const event = new MessageEvent('message', { data: PORT_WORD, ...init });
    // jsdom does not take ports from Node.
    Object.defineProperty(event, 'ports', { value: [port2] });
    own.dispatchEvent(event);
    return port1 as unknown as MessagePort;
  };
  hand_over({ origin: 'https://evil.example' });
  hand_over({ source: new MessageChannel().port1 as unknown as MessagePort });
  hand_over({ data: 'hello' });
  expect(bridge.via()).toBeNull();
  const port = hand_over({});
  expect(bridge.via()).toBe('port');
  vi.useRealTimers();
  const request = new Promise<string>((resolve) => (port.onmessage = ({ data }) => resolve(data as string)));
  const { id } = JSON.parse(await request) as { id: number };
  port.postMessage(JSON.stringify({ zaichang: 1, page: PAGE, id, ok: { text: 'by port' } }));
  expect(await asked).toEqual({ is: 'ok', value: { text: 'by port' } });
  port.close();
});

it('opens no line in a frame of somebody else’s page', async () => {
  const inner = document.body.appendChild(document.createElement('iframe')).contentWindow as Window;
  const heard = put_app_around(inner, { scan: () => ({ ok: { text: 'x' } }) }).heard;
  const framed = open_bridge(inner, PAGE);
  const asked = framed.ask('scan', {}, 1000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await asked).toEqual({ is: 'silent' });
  expect(heard).toEqual([]);
});
