// 抽查 as people meet it: a result that stays on screen asks for another scan, and says when that is done.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

/** The page asks every 15 to 25 s. */
const HEARD_WITHIN_MS = 45_000;

describe('a spot check', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {ReturnType<typeof organiserOf>} */ let organiser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {import('playwright-core').Page} */ let phone;
  let course = 0;

  before(async () => {
    server = await startServer();
    const browser = await openBrowser();
    organiser = organiserOf(server);
    course = server.demo.courses[0]?.id ?? 0;
    await organiser.change(course, { profile: 'relaxed' });
    venue = await openVenue(await browser.projector(), (await organiser.openScreen(course)).display_url);
    await venue.mood('open');
    phone = await openOn(await browser.phone(), `${server.url}/login`);
    const person = server.welcome.people[1];
    assert.ok(person);
    await logInByPassword(phone, person);
    await says(phone, '会场签到');
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('is told on a result that is looked at, and not while the page is hidden', async () => {
    const asked = phone.waitForResponse(/receipts\/asked$/);
    await phone.goto(await venue.address());
    await phone.getByRole('img', { name: '已签到' }).waitFor();
    assert.equal((await asked).status(), 200);
    assert.equal(await phone.getByText('现场抽查').count(), 0);

    await organiser.orderSpotCheck(course, { minutes: 3 });
    await phone.getByRole('heading', { name: '现场抽查' }).waitFor({ timeout: HEARD_WITHIN_MS });
    await phone.getByText(/请在 [0-2]:\d\d 内再次扫描会场屏幕上的二维码/).waitFor();
    await look(phone, 'phone-spot-asked');
    await phone.getByRole('button', { name: '大字' }).click();
    await look(phone, 'phone-spot-asked-large');
    await phone.getByRole('button', { name: '大字' }).click();
  });

  test('is done by scanning again, and the phone says so', async () => {
    await phone.getByRole('link', { name: '再次扫码' }).click();
    await phone.waitForURL(/#scan$/);
    await phone.goto(await venue.address());
    await phone.getByRole('heading', { name: '本次抽查已完成' }).waitFor({ timeout: HEARD_WITHIN_MS });
    await look(phone, 'phone-spot-done');
  });
});
