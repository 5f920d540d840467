// Takes the README's pictures anew: the venue page, a phone that has just checked in, the console's day. Not a test.

import { fileURLToPath } from 'node:url';
import { checkIn } from './support/attendee.js';
import { nobodyComplains } from './support/complaints.js';
import { openConsole } from './support/console.js';
import { endAll } from './support/ends.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn } from './support/phone.js';
import { openVenue } from './support/venue.js';

const PEOPLE = 128;
const path = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));

try {
  const organiser = await openConsole({ people: PEOPLE });
  const { server, browser, course, page } = organiser;
  const opened = await organiserOf(server).openScreen(course.id);
  const venue = await openVenue(await browser.projector({ moving: true }), opened.display_url);
  await venue.page.setViewportSize({ width: 1600, height: 900 });
  await venue.mood('open');
  const address = await venue.address();
  await Promise.all(server.demo.people.map((person) => checkIn(server, person, address)));
  await venue.count(PEOPLE);
  await venue.page.locator('body.idle').waitFor();
  await venue.nextCode();
  await venue.page.screenshot({ path: path('venue') });

  const phone = await openOn(await browser.phone(), await venue.address());
  const lead = server.welcome.people[1];
  if (!lead) throw new Error('The demo has a second person with a login');
  await logInByPassword(phone, lead);
  await phone.getByRole('img', { name: '已签到' }).waitFor();
  await phone.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  );
  await phone.screenshot({ path: path('phone') });

  await page.setViewportSize({ width: 1440, height: 810 });
  await organiser.open('');
  await organiser.logIn();
  await page
    .getByRole('article')
    .getByText(String(PEOPLE + 1), { exact: true })
    .waitFor();
  await page.screenshot({ path: path('console') });
  nobodyComplains();
} finally {
  await endAll();
}
