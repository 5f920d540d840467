// Debian's Chromium without its own window, and the devices that people hold or hang on a wall: each a browser context of its own.
// Whatever a page complains about on the way is kept, so that a test can fail for it.

import { chromium } from 'playwright-core';
import { setClock } from './clock.js';
import { complain } from './complaints.js';
import { atTheEnd } from './ends.js';
import { forget, newerThan } from './newer.js';

const PHONE_AGENT =
  'Mozilla/5.0 (Linux; Android 13; M2102J2SC) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Mobile Safari/537.36';

/** The same phones inside WeChat. */
export const WECHAT_ON_ANDROID = `${PHONE_AGENT} XWEB/1160117 MMWEBSDK/20241202 MicroMessenger/8.0.56.2800(0x2800385B) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`;
export const WECHAT_ON_IOS =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800323d) NetType/WIFI Language/zh_CN';

/** Half an hour slow. */
const PHONE_CLOCK_MS = -30 * 60_000;
/** As the pages and the server name the notice that holds. */
export const PRIVACY_VERSION = '2026-11-29';

/** @param {string} version */
function agreeToPrivacy(version) {
  try {
    // The page in an app keeps its own texts.
    for (const whose of ['', 'zaichang.app/'])
      localStorage.setItem(`${whose}zaichang.privacy.${version}`, 'kept');
  } catch {
    // Storage that is blocked on purpose.
  }
}

/** Hospital desktops run 360 and QQ browsers of this age: no page of ours may need what JavaScript has learnt since. */
const OLDEST_DESKTOP = 87;

/** For whatever a page is waited for, on a busy machine. */
const WITHIN_MS = 20_000;

/** @typedef {import('playwright-core').BrowserContext} Context */
/** @typedef {Awaited<ReturnType<typeof openBrowser>>} Browser */

/** @param {{ film?: string }} [wanted] `film` plays in front of the camera */
export async function openBrowser({ film } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(film
        ? [
            '--use-fake-device-for-media-stream',
            '--use-fake-ui-for-media-stream',
            `--use-file-for-fake-video-capture=${film}`,
          ]
        : []),
    ],
  });
  atTheEnd(() => browser.close());

  /** @param {import('playwright-core').BrowserContextOptions} options @returns {Promise<Context>} */
  async function device(options, { old = true } = {}) {
    const context = await browser.newContext({ locale: 'zh-CN', ...options });
    context.setDefaultTimeout(WITHIN_MS);
    if (old) await context.addInitScript(forget, newerThan(OLDEST_DESKTOP));
    context.on('weberror', (fault) => complain(String(fault.error())));
    context.on('console', (message) => {
      if (message.type() === 'error' && !isOfTheLine(message.text())) complain(message.text());
    });
    return context;
  }

  return {
    /**
     * The computer at the projector; nothing depends on its time zone. Its ring moves once a second, unless it is what is
     * tested: sixty pictures a second of a whole wall take most of a processor.
     */
    projector: ({ moving = false } = {}) =>
      device({
        viewport: { width: 1920, height: 1080 },
        timezoneId: 'America/New_York',
        reducedMotion: moving ? 'no-preference' : 'reduce',
      }),
    desktop: () => device({ viewport: { width: 1440, height: 900 }, acceptDownloads: true }),
    /** Where programs are written against the API: a browser of today. */
    developer: () => device({ viewport: { width: 1440, height: 900 } }, { old: false }),
    /** Its owner has set the clock by hand, and lives elsewhere. */
    phone: async (userAgent = PHONE_AGENT, { scripts = true, first = false } = {}) => {
      const context = await device({
        viewport: { width: 375, height: 720 },
        deviceScaleFactor: 2,
        isMobile: true,
        hasTouch: true,
        userAgent,
        javaScriptEnabled: scripts,
        timezoneId: 'America/New_York',
      });
      await context.addInitScript(setClock, PHONE_CLOCK_MS);
      // Its owner has agreed to the privacy notice before, unless this is the first time.
      if (!first) await context.addInitScript(agreeToPrivacy, PRIVACY_VERSION);
      return context;
    },
  };
}

/** Refusals and lost lines are reported by the browser as well; tests bring them about on purpose. */
function isOfTheLine(/** @type {string} */ text) {
  return /^(Failed to load resource|WebSocket (connection to|is already in))/.test(text);
}
