// The product from end to end: a hall's screen, a phone that checks in, and one that comes late.
// Each step needs the one before it.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInBySms, openOn, timeOf, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

const COUNT_WITHIN_MS = 1_000;

describe('from the venue’s changing code to a check-in', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('playwright-core').BrowserContext} */ let doctors;
  let address = '';
  let first = '';

  before(async () => {
    server = await startServer();
    browser = await openBrowser();
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('the venue page opens by its ticket, and the ticket leaves the address', async () => {
    const course = server.demo.courses[1];
    assert.ok(course);
    const opened = await organiserOf(server).openScreen(course.id);
    venue = await openVenue(await browser.projector(), opened.display_url);
    await venue.mood('open');
    assert.equal(venue.page.url(), `${server.url}/display/${opened.screen}`);
    await venue.count(0);
    await venue.page.getByText(course.title).waitFor();
    await look(venue.page, 'venue-open');
  });

  test('zbar reads from the screenshot the address that the server sent', async () => {
    address = await venue.scan();
    const sent = [...venue.codes.values()].map(({ url }) => url);
    assert.ok(sent.includes(address), `${address} is one of ${sent}`);
    assert.match(address, /^HTTP:\/\/127\.0\.0\.1:\d+\/C\/[A-Z2-7]{36}$/);
  });

  test('a doctor’s phone opens it, logs in by text message, and the count is there within a second', async () => {
    doctors = await browser.phone();
    const phone = await openOn(doctors, address);
    await says(phone, '登录后自动签到');
    await look(phone, 'phone-scanned');

    const counted = await whenCounted(venue.page, 1);
    await logInBySms(phone, server, '19900000000');
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    const answered = await answeredAt(phone);
    const after_ms = (await counted()) - answered;
    console.log(`the count was on the screen ${after_ms.toFixed(0)} ms after the phone’s answer`);
    assert.ok(after_ms < COUNT_WITHIN_MS, `${after_ms} ms`);

    first = await phone.locator('.result-time').innerText();
    const [record] = (await organiserOf(server).records(server.demo.courses[1]?.id ?? 0)).items;
    assert.equal(first, timeOf(record.at));
    await look(phone, 'phone-recorded');
  });

  test('the same address opened again on that phone tells the first time', async () => {
    const phone = await openOn(doctors, address);
    await says(phone, `您已于 ${first} 签到`);
    await look(phone, 'phone-repeated');
    await venue.count(1);
  });

  test('another phone that opens it later is told that the code has expired', async () => {
    // The code that was scanned, the one after it, and one more: by then none may accept it.
    for (let edge = 0; edge < 3; edge++) await venue.nextCode();
    const phone = await openOn(await browser.phone(), address);
    await says(phone, '二维码已过期');
    await look(phone, 'phone-refused-code_expired');
    await venue.count(1);
  });
});

/** When the head count stood on the page, Unix ms. @param {import('playwright-core').Page} page @param {number} count */
async function whenCounted(page, count) {
  const seen = await page.evaluateHandle((wanted) => {
    const figure = /** @type {Element} */ (document.querySelector('.attendees'));
    const at = new Promise((resolve) => {
      const seen = () => figure.textContent === String(wanted) && resolve(Date.now());
      new MutationObserver(seen).observe(figure, { childList: true, characterData: true, subtree: true });
    });
    return { at };
  }, count);
  return () => seen.evaluate(({ at }) => /** @type {Promise<number>} */ (at));
}

/** When the phone had the answer to its check-in, Unix ms. @param {import('playwright-core').Page} phone */
function answeredAt(phone) {
  return phone.evaluate(() => {
    const asked = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/check-ins'));
    const last = /** @type {PerformanceResourceTiming | undefined} */ (asked.pop());
    return last ? performance.timeOrigin + last.responseEnd : NaN;
  });
}
