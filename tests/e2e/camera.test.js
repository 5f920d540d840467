// The phone's own scanner, looking at the venue page through Chromium's fake camera.
// Reading, exchanging and checking in are real; only the lens is simulated.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { startFilm } from './support/film.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

describe('the phone’s own camera scan', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {Awaited<ReturnType<typeof startFilm>>} */ let film;
  /** @type {import('./support/browser.js').Browser} */ let hall;
  /** @type {import('./support/browser.js').Browser} */ let hand;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('playwright-core').Page} */ let phone;

  before(async () => {
    film = await startFilm();
    server = await startServer();
    hall = await openBrowser();
    hand = await openBrowser({ film: film.path });
    const course = server.demo.courses[0];
    assert.ok(course);
    const opened = await organiserOf(server).openScreen(course.id);
    venue = await openVenue(await hall.projector(), opened.display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('a wall without a code is looked at in vain, and the camera can be left', async () => {
    const wall = await (await hall.projector()).newPage();
    await film.shoot(wall);
    phone = await openOn(await hand.phone(), `${server.url}/login`);
    const person = server.welcome.people[1];
    assert.ok(person);
    await logInByPassword(phone, person);
    await says(phone, '会场签到');
    await phone.getByRole('link', { name: '扫码签到' }).click();
    await phone.locator('.camera-aim.live').waitFor();
    await look(phone, 'phone-camera');
    await phone.getByRole('button', { name: '返回' }).last().click();
    await says(phone, '会场签到');
  });

  test('the venue page in front of the camera becomes a check-in, and the hall’s count goes up', async () => {
    await venue.count(0);
    await venue.nextCode();
    await film.shoot(venue.page);
    await phone.getByRole('link', { name: '扫码签到' }).click();
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    const [, code] = /\/C\/([A-Z2-7]{36})$/.exec(phone.url()) ?? [];
    const shown = [...venue.codes.values()].map(({ url }) => url.slice(-36));
    assert.ok(code && shown.includes(code), `${code} is one of ${shown}`);
    await venue.count(1);
  });

  test('going back from the result neither scans nor checks in again', async () => {
    await phone.goBack();
    await says(phone, '会场签到');
    await venue.count(1);
    assert.equal(await venue.page.locator('.records .number').innerText(), '1');
  });

  test('torch and zoom can be had where the camera has them, and only there', async () => {
    assert.equal(await phone.getByRole('button', { name: '手电筒' }).count(), 0);
    await phone.addInitScript(() => {
      const { getCapabilities, applyConstraints } = MediaStreamTrack.prototype;
      Object.assign(MediaStreamTrack.prototype, {
        /** @this {MediaStreamTrack} */
        getCapabilities() {
          return { ...getCapabilities.call(this), torch: true, zoom: { min: 1, max: 8, step: 0.1 } };
        },
        /** @this {MediaStreamTrack} @param {any} wanted */
        applyConstraints(wanted) {
          Object.assign(window, {
            applied: { .../** @type {any} */ (window).applied, ...wanted.advanced[0] },
          });
          return applyConstraints.call(this);
        },
      });
    });
    const wall = await (await hall.projector()).newPage();
    await film.shoot(wall);
    await phone.goto(`${server.url}/#scan`);
    await phone.reload();
    await phone.locator('.camera-aim.live').waitFor();
    await phone.getByRole('button', { name: '手电筒', pressed: false }).click();
    await phone.getByRole('button', { name: '手电筒', pressed: true }).waitFor();
    await phone.getByRole('slider', { name: '变焦' }).fill('2.5');
    const applied = await phone.evaluate(() => /** @type {any} */ (window).applied);
    assert.deepEqual(applied, { torch: true, zoom: 2.5 });
    await look(phone, 'phone-camera-torch');
  });
});
