// Two phones with scripted states: one of a person who is logged in, one of a stranger. No check-in
// of theirs reaches the server. It must not be used where it is tested how a state comes about.

import assert from 'node:assert/strict';
import { openBrowser } from './browser.js';
import { organiserOf } from './organiser.js';
import { logInByPassword, openOn, says } from './phone.js';
import { startServer } from './server.js';
import { openVenue } from './venue.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {(route: import("playwright-core").Route) => unknown} Answer */
/** @typedef {Awaited<ReturnType<typeof layOut>>} LaidOut */

/** Every document of the phone's. */
const PAGES = /^[^?]*\/(C\/[^/]*|v\/[^/]*|login|records)?(\?.*)?$/;

export async function layOut() {
  const server = await startServer();
  const browser = await openBrowser();
  const opened = await organiserOf(server).openScreen(server.demo.courses[0]?.id ?? 0);
  const venue = await openVenue(await browser.projector(), opened.display_url);
  await venue.mood('open');
  // Its last figures are not the screen's: the server lets it be, and the phone's memory speaks.
  const address = `${(await venue.address()).slice(0, -8)}AAAAAAAA`;
  await venue.page.close();
  const stranger = await openOn(await browser.phone(), server.url);
  const phone = await openOn(await browser.phone(), `${server.url}/login`);
  const lead = server.welcome.people[1];
  assert.ok(lead);
  await logInByPassword(phone, lead);
  await says(phone, '会场签到');
  const me = await phone.evaluate(() => fetch('/api/v1/me').then((response) => response.json()));
  let answer = /** @type {Answer} */ (() => undefined);
  await phone.route('**/api/v1/check-ins', (route) => void answer(route));

  return {
    server,
    browser,
    phone,
    stranger,
    address,
    person: Number(me.id),

    /** How check-ins are answered from now on; at first they are not. @param {Answer} wanted */
    answer: (wanted) => void (answer = wanted),

    /** The pages' own facts, some of them changed from now on; null: as they are. @param {object | null} facts */
    async tell(facts) {
      await phone.unroute(PAGES);
      if (facts === null) return;
      await phone.route(PAGES, async (route) => {
        if (route.request().resourceType() !== 'document') return route.fallback();
        const response = await route.fetch();
        const html = await response.text();
        const body = html.replace(/(id="boot"[^>]*>\s*)(\{.*\})/, (_, head, json) => {
          const changed = { ...JSON.parse(json), ...facts };
          return head + JSON.stringify(changed).replaceAll('<', '\\u003c');
        });
        return route.fulfill({ response, body, status: 200 });
      });
    },
  };
}
