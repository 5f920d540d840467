// Goes through a page by Tab alone, to its end and back: each control in the order of the document, always in sight, never a trap.
// It must not know what a page is for; what it finds is collected as complaints.

import { complain } from './complaints.js';
import { watchFocus } from './focus.js';

/** A date's year, month, day and calendar are stops of their own inside one field. */
const STOPS_IN_A_FIELD = 4;

/** @typedef {import('./focus.js').Stop} Stop */

/** @param {import('playwright-core').Page} page @param {string} state as complaints name it @param {{ whole?: string }} [wanted] `whole`: a dialog that keeps the keyboard inside */
export async function tabThrough(page, state, { whole = 'body' } = {}) {
  await page.bringToFront();
  // Colours on their way would look like none.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(watchFocus);
  for (const key of /** @type {const} */ (['Tab', 'Shift+Tab']))
    await walk(page, `${state}, ${key}`, key, whole);
  await page.emulateMedia({ reducedMotion: null });
}

/** @param {import('playwright-core').Page} page @param {string} state @param {'Tab' | 'Shift+Tab'} key @param {string} whole */
async function walk(page, state, key, whole) {
  const watch = await page.evaluateHandle(
    () => /** @type {import('./focus.js').Watched} */ (/** @type {unknown} */ (window)).focusWatch,
  );
  const wanted = await watch.evaluate(
    (watch, [whole, key]) => watch.begin(whole, key),
    /** @type {const} */ ([whole, key]),
  );
  /** @type {Stop[]} */ const stops = [];
  for (let left = wanted.length * STOPS_IN_A_FIELD + STOPS_IN_A_FIELD; ; left--) {
    await page.keyboard.press(key);
    const { marked, stop } = await watch.evaluate((watch) => watch.look());
    const last = stops[stops.length - 1];
    if (last && !marked) complain(`${state}: nothing shows that ${last.name} has the keyboard`);
    // After its end a page leaves the keyboard to the browser, which may bring it back to the beginning.
    const alone = stops.length === 1 && wanted.length === 1;
    if (!stop || ((stops.length > 1 || alone) && stop.at === stops[0]?.at)) break;
    if (last?.at !== stop.at) stops.push(stop);
    else if (!stop.inParts) return complain(`${state}: the keyboard stays at ${stop.name}`);
    if (left < 0) return complain(`${state}: no end: ${path(stops)}`);
    if (!stop.inSight) complain(`${state}: ${stop.name} has the keyboard out of sight`);
  }
  const seen = stops.map(({ at }) => at);
  wanted.forEach((name, at) => seen.includes(at) || complain(`${state}: ${name} is never reached`));
  const order = (key === 'Tab' ? seen : seen.reverse()).filter((at) => at >= 0);
  if (order.some((at, place) => at <= (order[place - 1] ?? -1)))
    complain(`${state}: not in the order of the page: ${path(stops)}`);
}

/** @param {Stop[]} stops */
const path = (stops) => stops.map(({ name }) => name).join(' → ');
