// The venue page under every fault of a hall. No user touches it: it recovers by itself from each,
// and at no moment does it show a code past its end.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { checkIn } from './support/attendee.js';
import { openBrowser } from './support/browser.js';
import { setClock } from './support/clock.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { timeOf } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

/** Half a round trip is the error of the page's clock; a busy machine makes it this long at most. */
const CLOCK_ERROR_MS = 150;

describe('the venue page', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {ReturnType<typeof organiserOf>} */ let organiser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('./support/organiser.js').Opened} */ let opened;
  let course = 0;

  before(async () => {
    server = await startServer({ people: 2 });
    browser = await openBrowser();
    organiser = organiserOf(server);
    course = server.demo.courses[1]?.id ?? 0;
    opened = await organiser.openScreen(course);
    venue = await openVenue(await browser.projector({ moving: true }), opened.display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('the code is as large as it is designed, and zbar reads it on every shape of screen, in light and dark', async () => {
    const { page } = venue;
    const code = page.locator('.card svg.code');
    /** The side of one module, in pixels. */
    const module = async () => {
      const box = await code.boundingBox();
      const [, , , across = NaN] = ((await code.getAttribute('viewBox')) ?? '').split(' ').map(Number);
      return Math.min(box?.width ?? 0, box?.height ?? 0) / across;
    };
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      await page.emulateMedia({ colorScheme });
      for (const [width = 0, height = 0, least = 0] of [
        [1080, 1920, 25],
        [1024, 768, 16],
        [1920, 1080, 27],
      ]) {
        await page.setViewportSize({ width, height });
        assert.match(await venue.scan(), /\/C\/[A-Z2-7]{36}$/, `${width}x${height} ${colorScheme}`);
        const side = await module();
        assert.ok(side >= least, `${width}x${height}: a module is ${side} px wide, not ${least}`);
      }
    }
    await page.emulateMedia({ colorScheme: null });
  });

  test('a reload goes on without a ticket', async () => {
    await venue.page.reload();
    await venue.mood('open');
    await venue.nextCode();
    assert.equal(venue.page.url(), `${server.url}/display/${opened.screen}`);
  });

  test('the buttons come with the keyboard, stay while it is on them, and leave with it', async () => {
    const { page } = venue;
    const seen = () => page.locator('.controls').evaluate((controls) => getComputedStyle(controls).opacity);
    await page.locator('body.idle').waitFor();
    await page.getByRole('button', { name: '全屏' }).focus();
    await look(page, 'venue-controls');
    assert.equal(await seen(), '1');
    await page.getByRole('button', { name: '全屏' }).blur();
    await page.waitForFunction(
      (css) => getComputedStyle(document.querySelector(css) ?? document.body).opacity === '0',
      '.controls',
    );
  });

  test('a used ticket opens nothing in another browser', async () => {
    const thief = await openVenue(await browser.projector({ moving: true }), opened.display_url);
    await thief.mood('refused');
    assert.equal(await thief.code(), null);
    await look(thief.page, 'venue-refused');
    await thief.page.close();
  });

  test('when the server is killed the old code leaves in time, and all comes back by itself', async () => {
    const [person] = server.demo.people;
    assert.ok(person);
    await checkIn(server, person, await venue.scan());
    await venue.count(1);

    const oldCodes = await venue.watchForOldCodes();
    await venue.nextCode();
    await venue.nextCode();
    await server.kill();
    await venue.mood('down');
    assert.equal(await venue.code(), null);
    await venue.says('正在重新连接');
    await look(venue.page, 'venue-down');

    await server.restart();
    await venue.mood('open');
    await venue.count(1);
    await venue.nextCode();
    const { codes, longest } = await oldCodes();
    assert.ok(codes >= 3, `${codes} codes were seen`);
    assert.ok(longest < CLOCK_ERROR_MS, `a code was seen ${longest} ms after its end`);
  });

  test('when the server stands still, its line open and silent, the page says so and comes back', async () => {
    const oldCodes = await venue.watchForOldCodes();
    await venue.nextCode();
    server.freeze();
    await venue.mood('down');
    assert.equal(await venue.code(), null);
    server.thaw();
    await venue.mood('open');
    await venue.nextCode();
    const { longest } = await oldCodes();
    assert.ok(longest < CLOCK_ERROR_MS, `a code was seen ${longest} ms after its end`);
  });

  test('a wrong local clock, even one that leaps, changes nothing that is shown', async () => {
    const context = await browser.projector({ moving: true });
    await context.addInitScript(setClock, -26 * 3_600_000);
    const { display_url } = await organiser.ticketFor(opened.screen);
    const wrong = await openVenue(context, display_url);
    await wrong.mood('open');
    await wrong.count(1);
    await showsServerTime(wrong.page);
    assert.match(await wrong.scan(), /\/C\/[A-Z2-7]{36}$/);

    const oldCodes = await wrong.watchForOldCodes();
    await wrong.page.evaluate(setClock, 3_600_000);
    await wrong.nextCode();
    await wrong.nextCode();
    await showsServerTime(wrong.page);
    const { longest } = await oldCodes();
    assert.ok(longest < CLOCK_ERROR_MS, `a code was seen ${longest} ms after its end`);
    await wrong.page.close();
  });

  test('the organiser’s changes are on the wall at once: full, not open yet, over, open again', async () => {
    await organiser.change(course, { cap: 1 });
    await venue.mood('full');
    // What the cap counts, and not today's people, stands beside the cap.
    await venue.says('累计 1/1');
    await venue.nextCode();
    await look(venue.page, 'venue-full');

    await organiser.change(course, { cap: null, opens: '23:58', closes: '24:00' });
    await venue.mood('not_open');
    assert.equal(await venue.code(), null);
    assert.match(await venue.page.locator('.figures .clock').innerText(), /^\d\d:\d\d:\d\d$/);
    await look(venue.page, 'venue-not_open');

    await organiser.change(course, { opens: '00:00', closes: '00:01' });
    await venue.mood('closed');
    await venue.says('今天的签到时间已过');
    await look(venue.page, 'venue-closed-course_over');

    await organiser.change(course, { opens: '00:00', closes: '24:00' });
    await venue.mood('open');
    await venue.nextCode();
  });

  test('a spot check is a band beside the code, counts down beside a code as large as before, and ends when cancelled', async () => {
    const height = await venue.height();
    const ordered = await organiser.orderSpotCheck(course, { minutes: 3 });
    await venue.mood('spot_check');
    await venue.says('抽查：请所有在场人员重新扫码');
    assert.match(await venue.countdown(), /^0[23]:\d\d$/);
    assert.equal(await venue.height(), height);
    assert.match(await venue.scan(), /\/C\/[A-Z2-7]{36}$/);
    await venue.page.getByRole('status').filter({ hasText: '抽查' }).waitFor({ state: 'attached' });
    await look(venue.page, 'venue-spot_check');

    // A page that comes back in the middle of it is notified as well.
    await venue.page.reload();
    await venue.mood('spot_check');
    await organiser.cancelSpotCheck(course, ordered.items[0].id);
    await venue.mood('open');
    assert.equal(await venue.page.locator('.band').isVisible(), false);
    await venue.nextCode();
  });

  test('a closed screen is closed on every page that shows it', async () => {
    const { display_url } = await organiser.ticketFor(opened.screen);
    const other = await openVenue(await browser.projector({ moving: true }), display_url);
    await other.mood('open');
    await organiser.closeScreen(opened.screen);
    for (const page of [venue, other]) {
      await page.mood('closed');
      await page.says('本屏幕已关闭');
      assert.equal(await page.code(), null);
    }
    await look(venue.page, 'venue-closed-screen_closed');
  });

  test('while the server has not answered yet the page says that it connects', async () => {
    const context = await browser.projector({ moving: true });
    await context.routeWebSocket(/\/live$/, () => undefined);
    const { display_url } = await organiser.openScreen(course, '分会场');
    const waiting = await openVenue(context, display_url);
    await waiting.mood('connecting');
    await look(waiting.page, 'venue-connecting');
  });
});

/** @param {import('playwright-core').Page} page */
async function showsServerTime(page) {
  const before = Date.now() - 1_000;
  const shown = await page.locator('.foot .clock').innerText();
  const after = Date.now() + 1_000;
  const near = [];
  for (let at = before; at <= after; at += 500) near.push(timeOf(at));
  assert.ok(near.includes(shown), `${shown} is one of ${near}`);
}
