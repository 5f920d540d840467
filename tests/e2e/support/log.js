// What a process has said, line by line, and a way to wait for a line. JSON lines are read, others kept as text.
// It must not know what any line means.

import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';

/** @typedef {Record<string, unknown> & { text: string }} Line */

const WITHIN_MS = 15_000;

export function createLog() {
  /** @type {Line[]} */
  const lines = [];
  const said = new EventEmitter();
  said.setMaxListeners(0);

  return {
    lines,
    tail: () =>
      lines
        .slice(-40)
        .map(({ text }) => text)
        .join('\n'),

    /** @param {import('node:stream').Readable} output */
    follow(output) {
      createInterface({ input: output }).on('line', (text) => {
        const line = read(text);
        lines.push(line);
        said.emit('line', line);
      });
    },

    /** The first line from now on that is wanted. @param {(line: Line) => boolean} wanted @returns {Promise<Line>} */
    next(wanted, withinMs = WITHIN_MS) {
      return new Promise((resolve, reject) => {
        const listen = (/** @type {Line} */ line) => wanted(line) && done(() => resolve(line));
        const late = setTimeout(
          () => done(() => reject(new Error(`Nothing of the kind was said:\n${this.tail()}`))),
          withinMs,
        );
        const done = (/** @type {() => void} */ settle) => {
          clearTimeout(late);
          said.off('line', listen);
          settle();
        };
        said.on('line', listen);
      });
    },
  };
}

/** @returns {Line} */
function read(/** @type {string} */ text) {
  try {
    return { ...JSON.parse(text), text };
  } catch {
    return { text };
  }
}
