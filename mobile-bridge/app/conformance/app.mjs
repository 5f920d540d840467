// The app as the examiner sees it: a page in its web view that asks and is answered.
// It must not know what an answer should be.

import { read } from './read.mjs';

/** An app that violates the bridge's description; the message is for its developers. */
export class Fault extends Error {}

const PATIENCE_MS = 3_000;

export function appAt(stand) {
  let page = '';
  let via = '';
  let asks = 0;

  const of_page = (kind) => (event) => event.kind === kind && event.page === page;

  /** Waits until one of our pages has been opened in the app and is connected. */
  async function opened(within_ms, since = stand.events.length) {
    const found = await stand.event((event) => event.kind === 'opened' && !event.stranger, within_ms, since);
    if (found === null) throw new Fault('the page was not opened in time');
    page = found.page;
    const line = await stand.event(of_page('line'), PATIENCE_MS);
    if (line === null)
      throw new Fault(
        'the page finds no way to the app: webkit.messageHandlers.zaichang, zaichangHost or a port',
      );
    via = line.via;
    return via;
  }

  /** What came back for an ask, or null. */
  async function ask(what, params = {}, within_ms = PATIENCE_MS, extra = {}) {
    asks += 1;
    const id = asks;
    const since = stand.events.length;
    stand.order(page, { send: JSON.stringify({ zaichang: 1, page, id, ask: what, with: params, ...extra }) });
    const is_answer = (event) =>
      of_page('heard')(event) && read(event.text)?.id === id && !read(event.text)?.ask;
    const found = await stand.event(is_answer, within_ms, since);
    if (found === null) {
      const strays = stand.events.slice(since).filter(({ kind }) => kind === 'heard').length;
      throw new Fault(
        `${what} was not answered within ${within_ms / 1000} s${strays ? ', though something was said: is it the same id?' : ''}`,
      );
    }
    const message = read(found.text);
    if (message.zaichang !== 1) throw new Fault(`the answer to ${what} is not marked "zaichang": 1`);
    if (message.page !== page) throw new Fault(`the answer to ${what} does not name the page that asked`);
    if ((message.ok === undefined) === (message.no === undefined))
      throw new Fault(`the answer to ${what} has neither or both of ok and no`);
    return message;
  }

  return {
    opened,
    ask,
    send: (text) => stand.order(page, { send: text }),
    say: (text) => stand.order(page, { say: text }),
    frame: (address) => stand.order(page, { frame: address }),
    go: (address) => stand.order(page, { go: address }),
    left: (within_ms, since) => stand.event(of_page('left'), within_ms, since),
    page: () => page,
    via: () => via,
    /** The value of an ok. */
    async ok(what, params, within_ms) {
      const answer = await ask(what, params, within_ms);
      if (answer.no) throw new Fault(`${what} was refused with ${JSON.stringify(answer.no.code)}`);
      return answer.ok;
    },
    /** The code of a no. */
    async no(what, params, within_ms, extra) {
      const answer = await ask(what, params, within_ms, extra);
      if (answer.ok) throw new Fault(`${what} was answered with ok`);
      return answer.no.code;
    },
  };
}
