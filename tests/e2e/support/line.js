// A venue page's connection without the page: for figures, where a browser would distort them.
// It must not be used where the venue page is tested.

import { WebSocket } from 'ws';
import { atTheEnd } from './ends.js';

/** Gives the code of the moment, and when a count was heard. @param {string} url @param {import('./organiser.js').Opened} opened */
export async function listen(url, { screen, ticket }) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/screens/${screen}/live`, { origin: url });
  /** @type {Map<number, (at: number) => void>} */
  const wanted = new Map();
  let code = '';
  atTheEnd(async () => socket.close());
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', ticket })));
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data) => {
      const at = performance.timeOrigin + performance.now();
      const frame = JSON.parse(String(data));
      if (frame.type === 'code') resolve((code = frame.url));
      if (frame.type === 'count') wanted.get(frame.attendees)?.(at);
    });
  });
  return {
    code: () => code,
    counted: (/** @type {number} */ count) =>
      new Promise((/** @type {(at: number) => void} */ resolve) => wanted.set(count, resolve)),
  };
}
