// Where the app under examination meets the examiner: two listeners, the page's own origin and a stranger's, and between
// them the orders for the page and the events it has reported. It must not know what is examined.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const script = readFileSync(new URL('./page.js', import.meta.url), 'utf8');

const html = (data) => `<!doctype html><html lang="zh-CN" ${Object.entries(data)
  .map(([name, value]) => `data-${name}="${value}"`)
  .join(' ')}><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>在场 · 桥接检验</title><style>body{font:20px/1.6 sans-serif;padding:24px}</style>
<body><h1>桥接检验</h1><p id="say">请稍候 · Please wait</p><script>${script}</script></body></html>`;

/** `audience`: what a stranger would ask an assertion for. */
export async function openServer({ host, port, audience }) {
  const events = [];
  const watchers = new Set();
  const orders = [];
  let collect = null;

  const give = () => {
    if (collect === null || orders.length === 0) return;
    const { page, response } = collect;
    const at = orders.findIndex((order) => order.page === page);
    if (at < 0) return;
    collect = null;
    response.end(JSON.stringify(orders.splice(at, 1)[0]));
  };

  const serve = (role, back) => (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand');
    if (request.method === 'POST' && url.pathname === '/report') {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        events.push({ at: Date.now(), ...JSON.parse(body) });
        watchers.forEach((watcher) => watcher());
        response.end();
      });
    } else if (url.pathname === '/order') {
      collect = { page: url.searchParams.get('page'), response };
      give();
    } else if (url.pathname === '/app/' || role === 'stranger') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(html({ role, audience, ...(back && url.searchParams.has('back') && { back: back() }) }));
    } else {
      response.statusCode = 404;
      response.end();
    }
  };

  const listen = (wanted, handler) =>
    new Promise((resolve, reject) => {
      const server = createServer(handler);
      server.once('error', reject);
      server.listen(wanted, host, () => resolve(server));
    });
  const own = await listen(port, serve('page'));
  const address = `http://${named(host)}:${own.address().port}/app/`;
  const other = await listen(
    port === 0 ? 0 : port + 1,
    serve('stranger', () => address),
  );
  const stranger = `http://${named(host)}:${other.address().port}/`;

  return {
    address,
    stranger,
    events,
    /** @param {object} order for the page of this name */
    order(page, order) {
      orders.push({ page, ...order });
      give();
    },
    /** The first event from `since` on for which `is` holds; null when none came in time. */
    event(is, within_ms, since = 0) {
      return new Promise((resolve) => {
        const end = (event) => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve(event);
        };
        const look = () => {
          const found = events.slice(since).find(is);
          if (found) end(found);
        };
        const timer = setTimeout(() => end(null), within_ms);
        watchers.add(look);
        look();
      });
    },
    async close() {
      for (const server of [own, other]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const named = (host) => (host === '0.0.0.0' ? 'localhost' : host);
