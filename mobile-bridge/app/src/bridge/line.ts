// The connection to the app around a web view: whichever of three ways this app offers. Texts go out and come in.
// It must not know what they say. No other page can reach it: it is not opened in a frame, and a message event counts only
// when it comes from the app itself, which has no origin and no window.

export interface Line {
  via: 'ios' | 'android' | 'port';
  send(text: string): void;
  close(): void;
}

/** What apps put into their web views. */
interface Offered {
  webkit?: { messageHandlers?: { zaichang?: { postMessage(text: string): void } } };
  zaichangHost?: { postMessage(text: string): void; onmessage?: ((event: { data: unknown }) => void) | null };
  zaichangBridge?: { receive(text: string): void };
}

/** What an app says when it hands over a port instead. */
export const PORT_WORD = 'zaichang-bridge';

/** `opened` is called once, with the first way that is there; a port may come later than the page. */
export function open_line(
  window: Window,
  heard: (text: unknown) => void,
  opened: (line: Line) => void,
): () => void {
  const offered = window as Window & Offered;
  let closed = false;
  let port: MessagePort | null = null;
  const hear = (text: unknown): void => {
    if (!closed) heard(text);
  };
  const close = (): void => {
    closed = true;
    window.removeEventListener('message', take_port);
    port?.close();
  };

  function take_port(event: MessageEvent): void {
    const of_the_app = event.source === null && event.origin === '';
    const [handed] = event.ports;
    if (!of_the_app || event.data !== PORT_WORD || handed === undefined || port !== null) return;
    port = handed;
    handed.onmessage = ({ data }) => hear(data);
    opened({ via: 'port', send: (text) => handed.postMessage(text), close });
  }

  if (window.top !== window) return close;
  // What is defined here once stays: no other script in the page can replace it.
  if (offered.zaichangBridge === undefined)
    Object.defineProperty(window, 'zaichangBridge', { value: Object.freeze({ receive: hear }) });
  const ios = offered.webkit?.messageHandlers?.zaichang;
  const android = offered.zaichangHost;
  if (ios) opened({ via: 'ios', send: (text) => ios.postMessage(text), close });
  else if (android) {
    // A listener of androidx.webkit answers here. An interface of the older kind calls zaichangBridge.receive, and may be an
    // object that takes no property.
    try {
      android.onmessage = ({ data }) => hear(data);
    } catch {
      // Then it does not answer here.
    }
    opened({ via: 'android', send: (text) => android.postMessage(text), close });
  } else window.addEventListener('message', take_port);
  return close;
}
