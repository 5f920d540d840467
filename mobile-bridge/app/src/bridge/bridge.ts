// Asks and answers over a connection: each ask has one answer or none, and only answers to this very page count.
// It must not know which asks there are.

import { answer_text, ask_text, read_message, type Answer, type Ask, type Fields } from './message.ts';
import { open_line, type Line } from './line.ts';

/** `silent`: nothing came in time, or there is no app. */
export type Reply = { is: 'ok'; value: Fields } | { is: 'no'; code: string } | { is: 'silent' };

export type Answerer = (params: Fields) => Fields;

export interface Bridge {
  /** Resolves when there is an answer, or after `within_ms`; never rejects. */
  ask(what: string, params: Fields, within_ms: number): Promise<Reply>;
  /** What this page does for the app. */
  on(what: string, answerer: Answerer): void;
  via(): Line['via'] | null;
  close(): void;
}

export function open_bridge(window: Window, page: string = random_word(window)): Bridge {
  const waiting = new Map<number, (reply: Reply) => void>();
  const answerers = new Map<string, Answerer>();
  /** Asked before there was a connection: a port may be handed over later than the page was loaded. */
  let unsent: string[] = [];
  let line: Line | null = null;
  let asks = 0;

  function send(text: string): void {
    if (line === null) unsent.push(text);
    else line.send(text);
  }

  function heard(text: unknown): void {
    const message = read_message(text);
    // Another page's messages, an earlier one's too, are not for this one.
    if (message === null || message.page !== page) return;
    if ('ask' in message) return send(answer_text(answer(message)));
    waiting.get(message.id)?.(
      'ok' in message ? { is: 'ok', value: message.ok } : { is: 'no', code: message.no.code },
    );
  }

  function answer({ id, ask, with: params }: Ask): Answer {
    const answerer = answerers.get(ask);
    if (answerer === undefined) return { page, id, no: { code: 'unknown' } };
    try {
      return { page, id, ok: answerer(params) };
    } catch {
      return { page, id, no: { code: 'unavailable' } };
    }
  }

  const close = open_line(window, heard, (opened) => {
    line = opened;
    unsent.forEach((text) => opened.send(text));
    unsent = [];
  });

  return {
    ask(what, params, within_ms) {
      asks += 1;
      const id = asks;
      return new Promise((resolve) => {
        const end = (reply: Reply): void => {
          window.clearTimeout(timer);
          waiting.delete(id);
          resolve(reply);
        };
        const timer = window.setTimeout(() => end({ is: 'silent' }), within_ms);
        waiting.set(id, end);
        send(ask_text({ page, id, ask: what, with: params }));
      });
    },
    on: (what, answerer) => void answerers.set(what, answerer),
    via: () => line?.via ?? null,
    close,
  };
}

/** 128 random bits that distinguish this page from every other one. */
function random_word(window: Window): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
