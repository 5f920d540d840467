// A scripted app around the page: it receives what the page posts and answers as a test says.
// It must not know the page's code, only the messages.

export type Heard = {
  zaichang: number;
  page: string;
  id: number;
  ask?: string;
  with?: Record<string, unknown>;
};

export interface AppHost {
  heard: Heard[];
  /** What the app says to the page, as it is. */
  say(text: unknown): void;
  remove(): void;
}

/** As much of a window as a line needs; its own top. What is done to one is not seen by the next test. */
export function own_window(): Window {
  const own = Object.assign(new EventTarget(), {
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
    clearTimeout: (timer: number) => clearTimeout(timer),
    crypto,
  });
  return Object.assign(own, { top: own }) as unknown as Window;
}

type Answers = Record<string, (params: Record<string, unknown>, id: number) => object | null>;

/** The way of iOS: a handler in the window, and a call of zaichangBridge.receive. */
export function put_app_around(window: Window, answers: Answers = {}): AppHost {
  const offered = window as unknown as Record<string, unknown>;
  const heard: Heard[] = [];
  const say = (text: unknown): void =>
    (offered.zaichangBridge as { receive(text: unknown): void }).receive(text);
  const postMessage = (text: string): void => {
    const message = JSON.parse(text) as Heard;
    heard.push(message);
    const answer = message.ask === undefined ? null : answers[message.ask]?.(message.with ?? {}, message.id);
    if (answer)
      queueMicrotask(() =>
        say(JSON.stringify({ zaichang: 1, page: message.page, id: message.id, ...answer })),
      );
  };
  offered.webkit = { messageHandlers: { zaichang: { postMessage } } };
  return { heard, say, remove: () => delete offered.webkit };
}

export const HELLO = {
  ok: {
    version: 1,
    app: { name: '医教管理', version: '3.2.0' },
    device_id: 'device-of-this-phone',
    language: 'zh',
    can: ['scan', 'assertion', 'haptic', 'close'],
  },
};
