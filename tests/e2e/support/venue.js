// The venue page as a hall meets it: opened by its address, watched, and read from its picture.
// It must not reach into the page's code: what is shown is read from the document, what arrives from the socket.

import assert from 'node:assert/strict';
import { readQr } from './reader.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {ReturnType<typeof followVenue>} Venue */

const CODE = '.card svg.code path';
/** The page comes back by itself after a loss, at the latest after its longest pause. */
const BACK_WITHIN_MS = 40_000;

/** @param {import('playwright-core').BrowserContext} context @param {string} address */
export async function openVenue(context, address) {
  const venue = followVenue(await context.newPage());
  await venue.page.goto(address);
  return venue;
}

/** A page that the test opens elsewhere. @param {Page} page */
export function followVenue(page) {
  /** Every code that arrived, by the picture it is drawn as. @type {Map<string, { url: string, valid_until: string }>} */
  const codes = new Map();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      if (frame.type === 'code') codes.set(frame.path, frame);
    }),
  );

  const venue = {
    page,
    codes,
    mood: (/** @type {string} */ mood) =>
      page.locator(`body[data-mood="${mood}"]`).waitFor({ timeout: BACK_WITHIN_MS }),
    /** @param {string} words */
    async says(words) {
      const main = page.locator('main');
      await main
        .filter({ hasText: words })
        .waitFor()
        .catch(async () => {
          throw new Error(`The wall should say “${words}”, and says:\n${await main.innerText()}`);
        });
    },
    count: (/** @type {number} */ count) =>
      page.locator('.attendees', { hasText: new RegExp(`^${count}$`) }).waitFor(),
    /** The code on the card, as it is drawn. */
    code: () => page.evaluate((css) => document.querySelector(css)?.getAttribute('d') ?? null, CODE),

    /** The time left of a spot check, as it stands in the band. */
    countdown: () => page.locator('.band .clock').innerText(),
    /** The card's height in pixels. */
    height: async () => (await page.locator('.card').boundingBox())?.height,

    /** Waits until the code on the card is another one. */
    async nextCode() {
      const before = await venue.code();
      await page.waitForFunction(
        ([css, before]) => {
          const now = document.querySelector(String(css))?.getAttribute('d');
          return now && now !== before;
        },
        [CODE, before],
        { timeout: BACK_WITHIN_MS },
      );
    },

    /** The address in a code that has just come, without reading the picture. */
    async address() {
      await venue.nextCode();
      return codes.get((await venue.code()) ?? '')?.url ?? '';
    },

    /** What a phone's own scanner makes of the screen, just after the code has changed. */
    async scan() {
      await venue.nextCode();
      const text = await readQr(await page.screenshot());
      assert.ok(text, 'zbar reads the code from the screenshot');
      return text;
    },

    /**
     * From now on, notes for every code when it was last seen, frame by frame. Gives what was seen after its end, in ms.
     * The page's own frame loop was started earlier: in each frame it draws before this one looks.
     */
    async watchForOldCodes() {
      const seen = await page.evaluateHandle((css) => {
        /** @type {Record<string, number>} */
        const lastSeen = {};
        requestAnimationFrame(function look(time) {
          const code = document.querySelector(css)?.getAttribute('d');
          if (code) lastSeen[code] = performance.timeOrigin + time;
          requestAnimationFrame(look);
        });
        return lastSeen;
      }, CODE);
      return async () => {
        const lastSeen = Object.entries(await seen.jsonValue());
        const over = lastSeen.map(([code, at]) => at - Date.parse(codes.get(code)?.valid_until ?? ''));
        return { codes: over.length, longest: Math.max(...over) };
      };
    },
  };
  return venue;
}
