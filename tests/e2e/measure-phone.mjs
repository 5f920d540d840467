// Not a test: measures how long a logged-in phone takes from opening a code's address to the stamp,
// on lines and processors of several kinds, with nothing kept from before and with everything. Prints medians and worst cases.

import { openBrowser } from './support/browser.js';
import { endAll } from './support/ends.js';
import { listen } from './support/line.js';
import { organiserOf } from './support/organiser.js';
import { logInByPassword, openOn, says } from './support/phone.js';
import { startServer } from './support/server.js';

const TIMES = Number(process.env.TIMES ?? 5);

/** Kilobits a second and milliseconds for each request, as Chromium slows them; `cpu`: so many times slower than this machine. */
const KINDS = [
  { name: 'as it is', down: 0, up: 0, latency: 0, cpu: 1 },
  { name: '4G: 9 Mbit/s, 60 ms', down: 9_000, up: 9_000, latency: 60, cpu: 1 },
  { name: '3G: 1.6 Mbit/s, 150 ms', down: 1_600, up: 750, latency: 150, cpu: 1 },
  { name: '3G, processor 4 times slower', down: 1_600, up: 750, latency: 150, cpu: 4 },
  { name: 'slow 3G: 400 kbit/s, 400 ms', down: 400, up: 400, latency: 400, cpu: 1 },
];

try {
  // A slot of a second: each scan is a check-in of its own.
  const server = await startServer({ env: { ZAICHANG_REPEAT_S: '1' } });
  const organiser = organiserOf(server);
  const course = server.demo.courses[0]?.id ?? 0;
  const line = await listen(server.url, await organiser.openScreen(course));
  const browser = await openBrowser();
  const page = await openOn(await browser.phone(), `${server.url}/login`);
  await logInByPassword(page, server.welcome.people[0] ?? { account: '', password: '' });
  await says(page, '会场签到');
  await page.addInitScript(noteStamp);
  const chromium = await page.context().newCDPSession(page);
  await chromium.send('Network.enable');
  let last = '';

  console.log(`from opening the address to the stamp painted, logged in; ${TIMES} times each, milliseconds`);
  for (const { name, down, up, latency, cpu } of KINDS) {
    await chromium.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    await chromium.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: down === 0 ? -1 : (down * 1000) / 8,
      uploadThroughput: up === 0 ? -1 : (up * 1000) / 8,
    });
    for (const kept of [false, true]) {
      const times = [];
      for (let at = 0; at < TIMES; at += 1) times.push(await open(kept));
      const sorted = times.sort((a, b) => a - b);
      const part = (/** @type {number} */ share) =>
        (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(0).padStart(6);
      const words = `${name}, ${kept ? 'a later scan' : 'the first scan'}`;
      console.log(`${words.padEnd(46)} median ${part(0.5)}   worst ${part(1)}`);
    }
  }

  /** What this phone knows already would not be asked for again. */
  async function nextCode() {
    while (line.code() === last) await new Promise((resolve) => setTimeout(resolve, 20));
    return (last = line.code());
  }

  /** @param {boolean} kept whether the browser keeps its files from the scan before */
  async function open(kept) {
    if (!kept) await chromium.send('Network.clearBrowserCache');
    await page.goto(await nextCode());
    const stamped = await page.waitForFunction(() => /** @type {any} */ (window).stamped, undefined, {
      polling: 50,
    });
    return /** @type {Promise<number>} */ (stamped.jsonValue());
  }
} finally {
  await endAll();
}

/** In the page: when the stamp had been painted, since the address was opened. */
function noteStamp() {
  const watch = new MutationObserver(() => {
    if (!document.querySelector('.seal.done')) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => Object.assign(window, { stamped: performance.now() })));
  });
  watch.observe(document, { childList: true, subtree: true });
}
