// Not a test: measures how long it takes from a phone's check-in to the head count on the wall, a hundred times,
// as a raw WebSocket sees it and on the real venue page. Prints medians and worst cases.

import { checkIn } from './support/attendee.js';
import { openBrowser } from './support/browser.js';
import { endAll } from './support/ends.js';
import { organiserOf } from './support/organiser.js';
import { listen } from './support/line.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

const TIMES = 100;
/** People do not come in step; the next one comes after a while of at most so long. */
const APART_MS = 400;

const now = () => performance.timeOrigin + performance.now();

try {
  const server = await startServer({ people: TIMES });
  const organiser = organiserOf(server);
  const opened = await organiser.openScreen(server.demo.courses[3]?.id ?? 0);
  const browser = await openBrowser();
  const venue = await openVenue(await browser.projector({ moving: true }), opened.display_url);
  await venue.mood('open');
  const onPage = await noteCounts(venue.page);
  const line = await listen(server.url, await organiser.ticketFor(opened.screen));

  /** @type {{ asked: number, answered: number, heard: number }[]} */
  const times = [];
  for (const [index, person] of server.demo.people.entries()) {
    const counted = line.counted(index + 1);
    const asked = now();
    await checkIn(server, person, line.code());
    const answered = now();
    times.push({ asked, answered, heard: await counted });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * APART_MS));
  }
  await venue.count(TIMES);
  const shown = await onPage();

  console.log(`${TIMES} check-ins, one after another, at most ${APART_MS} ms apart; milliseconds`);
  tell('request to answer', (at) => at.answered - at.asked);
  tell('answer to count, raw WebSocket', (at) => at.heard - at.answered);
  tell('answer to count in the page', (at, index) => shown[index].written - at.answered);
  tell('request to count painted on the page', (at, index) => shown[index].painted - at.asked);

  /** @param {string} what @param {(at: (typeof times)[number], index: number) => number} of */
  function tell(what, of) {
    const sorted = times.map(of).sort((a, b) => a - b);
    const part = (/** @type {number} */ share) =>
      (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1).padStart(7);
    console.log(`${what.padEnd(38)} median ${part(0.5)}   95 % ${part(0.95)}   worst ${part(1)}`);
  }
} finally {
  await endAll();
}

/** When each count stood in the document, and when it had been painted. @param {import('playwright-core').Page} page */
async function noteCounts(page) {
  const notes = await page.evaluateHandle(() => {
    const now = () => performance.timeOrigin + performance.now();
    const figure = /** @type {Element} */ (document.querySelector('.attendees'));
    /** @type {{ written: number, painted: number }[]} */
    const notes = [];
    new MutationObserver(() => {
      const note = { written: now(), painted: NaN };
      notes[Number(figure.textContent) - 1] = note;
      requestAnimationFrame(() => setTimeout(() => (note.painted = now())));
    }).observe(figure, { childList: true, characterData: true, subtree: true });
    return notes;
  });
  return () => notes.jsonValue();
}
