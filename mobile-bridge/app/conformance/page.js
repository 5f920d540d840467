// The page that an app opens while it is examined: it does what the examiner says, and tells everything it hears.
// It knows the ways of the line and nothing of the messages. A stranger's copy, of another origin, tries what it must not get.
(() => {
  const stranger = document.documentElement.dataset.role === 'stranger';
  const page = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  const report = (event) =>
    fetch('/report', {
      method: 'POST',
      keepalive: true,
      body: JSON.stringify({ page, stranger, ...event }),
    }).catch(
      // The examiner goes when the examination is over.
      () => {},
    );
  const heard = (text) =>
    void report({ kind: 'heard', text: typeof text === 'string' ? text : `not a text: ${typeof text}` });
  let send = null;

  function opened(via, post) {
    if (send !== null) return;
    send = post;
    void report({ kind: 'line', via });
  }

  window.zaichangBridge = Object.freeze({ receive: heard });
  const ios = window.webkit?.messageHandlers?.zaichang;
  const android = window.zaichangHost;
  if (ios) opened('ios', (text) => ios.postMessage(text));
  else if (android) {
    android.onmessage = ({ data }) => heard(data);
    opened('android', (text) => android.postMessage(text));
  }
  window.addEventListener('message', ({ data, ports: [port] }) => {
    if (data !== 'zaichang-bridge' || !port || send !== null) return;
    port.onmessage = (event) => heard(event.data);
    opened('port', (text) => port.postMessage(text));
  });
  window.addEventListener('pagehide', () => void report({ kind: 'left' }));

  async function obey() {
    for (;;) {
      const order = await (await fetch(`/order?page=${page}`)).json();
      if (order.say) document.getElementById('say').textContent = order.say;
      if (order.send && send !== null) send(order.send);
      if (order.frame) {
        const frame = document.createElement('iframe');
        frame.src = order.frame;
        document.body.append(frame);
      }
      if (order.go) return window.location.assign(order.go);
    }
  }

  async function trespass() {
    const ask = (id, what, params) =>
      send?.(JSON.stringify({ zaichang: 1, page, id, ask: what, with: params }));
    const { audience } = document.documentElement.dataset;
    for (let id = 1; id < 20; id += 2) {
      ask(id, 'hello', { versions: [1] });
      ask(id + 1, 'assertion', { audience, device_id: 'device-of-a-stranger' });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await report({ kind: 'tried', via: send === null ? null : 'a line' });
    const { back } = document.documentElement.dataset;
    if (back && window.top === window) window.location.assign(back);
  }

  void report({ kind: 'opened' })
    .then(stranger ? trespass : obey)
    .catch(() => {});
})();
