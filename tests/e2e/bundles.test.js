// The built pages, read as text: no syntax, call or style that the oldest browsers they are opened in do not know.
// It needs no server; the pages are built before (make pages).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { newerCalls, newerStyles, newerSyntax } from './support/bundle.js';

/** The oldest Chromium that each page promises to run in, as its vite.config.ts has it. */
const PAGES = /** @type {const} */ ([
  ['console', 'console/dist', 87],
  ['the venue page', 'display/dist', 64],
  ['the phone’s pages', 'mobile-bridge/h5/dist', 70],
  ['the page in an app', 'mobile-bridge/app/dist', 70],
]);

/** The QR reader's own needs, which the phone's pages bring along before it comes (camera/reader.ts). */
const BROUGHT_ALONG = ['hasOwn()', 'globalThis'];

for (const [name, folder, chromium] of PAGES) {
  describe(`${name}, in Chromium ${chromium}`, () => {
    const dir = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
    const files = (/** @type {string} */ ext) =>
      readdirSync(dir)
        .filter((file) => file.endsWith(ext))
        .map((file) => /** @type {const} */ ([file, readFileSync(dir + file, 'utf8')]));

    test('its scripts are read and ask for nothing newer', () => {
      const scripts = files('.js');
      assert.ok(scripts.length > 0);
      const found = scripts.flatMap(([file, text]) =>
        [...newerSyntax(text, chromium), ...newerCalls(text, chromium)].map((fault) => `${file}: ${fault}`),
      );
      const brought = name === 'the phone’s pages' ? BROUGHT_ALONG : [];
      assert.deepEqual(
        found.filter((fault) => !brought.some((known) => fault.includes(`: ${known}: `))),
        [],
      );
    });

    test('its styles lose no rule', () => {
      const found = files('.css').flatMap(([file, text]) =>
        newerStyles(text, chromium).map((fault) => `${file}: ${fault}`),
      );
      assert.deepEqual(found, []);
    });
  });
}
