// Looks at a page as it stands: with axe, in light and dark, a phone's in large text too; with SHOTS set, pictures are taken.
// It must not change what the page shows, beyond its size and its colours, and puts both back.

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { complain } from './complaints.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.ZAICHANG_SHOTS ?? process.env.SHOTS;

/** Width by height, where each page is really met; `whole`: as high as what it shows. */
const SIZES = {
  venue: ['1920x1080', '1024x768', '1080x1920'],
  phone: ['320x640', '375xwhole', '414x896', '667x375', '1280x800'],
  docs: ['1440x900'],
  console: ['1440x900', '1024x768', '390xwhole'],
  // The console's menu is there in narrow windows only.
  menu: ['820x1180', '390x844'],
};

/** Every rule of axe that looks at colours, but for the contrast of AAA (7:1), which is not what we promise. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Nothing changes its place in the dark: one size is enough, and every size where pictures are taken of what is large. @param {keyof typeof SIZES} kind */
const inTheDark = (kind) =>
  kind === 'phone' ? ['375xwhole'] : shots ? SIZES[kind] : SIZES[kind].slice(0, 1);

/** @param {import('playwright-core').Page} page @param {string} state begins with the page's name: `venue-open` */
export async function look(page, state) {
  const kind = /** @type {keyof typeof SIZES} */ (state.split('-')[0]);
  const before = page.viewportSize() ?? { width: 0, height: 0 };
  // A tab behind another one is not drawn.
  await page.bringToFront();
  // A projected page hides its buttons when the mouse does not move.
  if (kind === 'venue') await page.locator('body.idle').waitFor();
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme });
    await atRest(page);
    // In the dark nothing but colours is different.
    await axe(page, `${state}, ${colorScheme}`, colorScheme === 'dark' ? COLOUR_RULES : null);
    for (const size of colorScheme === 'dark' ? inTheDark(kind) : SIZES[kind]) {
      const [width = 0, height = NaN] = size.split('x').map(Number);
      await page.setViewportSize({ width, height: height || before.height });
      await atRest(page);
      const seen = await fits(page, `${state}, ${size}`, kind === 'venue');
      if (shots)
        await picture(page, `${state}-${size}-${colorScheme}.png`, height ? null : { width, height: seen });
    }
    await page.setViewportSize(before);
  }
  if (kind === 'phone' && !state.includes('large')) await lookAtLarge(page, state, before);
  await page.emulateMedia({ colorScheme: null });
  // Back from a narrow window the console draws its menu anew: who goes on by Tab would lose their place in it.
  await atRest(page);
}

/**
 * As people see it who have pressed 大字, and those whose WeChat is set to letters of twice the size.
 * @param {import('playwright-core').Page} page @param {string} state @param {{ width: number, height: number }} before
 */
async function lookAtLarge(page, state, before) {
  await page.emulateMedia({ colorScheme: 'light' });
  for (const size of /** @type {const} */ (['large', 'double'])) {
    await wear(page, size);
    await atRest(page);
    if (size === 'large') await axe(page, `${state}, large`);
    for (const width of [320, 375, 414]) {
      await page.setViewportSize({ width, height: before.height });
      const whole = await fits(page, `${state}, ${size}, ${width}`, false);
      if (shots) await picture(page, `${state}-${width}-${size}.png`, { width, height: whole });
    }
  }
  await wear(page, null);
  await page.setViewportSize(before);
}

/** @param {import('playwright-core').Page} page @param {'large' | 'double' | null} size */
async function wear(page, size) {
  await page.evaluate((size) => {
    const root = document.documentElement;
    root.classList.toggle('large', size === 'large');
    root.style.fontSize = size === 'double' ? '200%' : '';
  }, size);
}

/** @param {import('playwright-core').Page} page @param {string} name @param {{ width: number, height: number } | null} size another one than now */
async function picture(page, name, size) {
  if (size) await page.setViewportSize(size);
  await mkdir(String(shots), { recursive: true });
  await atRest(page);
  await page.screenshot({ path: join(String(shots), name) });
}

/**
 * No page scrolls sideways; on a wall none scrolls at all. Gives the height of the whole.
 * @param {import('playwright-core').Page} page @param {string} state @param {boolean} wall
 */
async function fits(page, state, wall) {
  const { over, below, whole } = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return { over: scrollWidth - clientWidth, below: scrollHeight - clientHeight, whole: scrollHeight };
  });
  if (over > 0) complain(`${state}: ${over} px wider than the screen`);
  // The status for screen readers is one invisible pixel.
  if (wall && below > 1) complain(`${state}: ${below} px higher than the screen`);
  return whole;
}

/** Waits for colour transitions to end, not for endless animations. @param {import('playwright-core').Page} page */
async function atRest(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const endless = (/** @type {Animation} */ { effect }) => effect?.getComputedTiming().endTime === Infinity;
    const moving = document.getAnimations().filter((animation) => !endless(animation));
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/**
 * What leaves or comes by itself meanwhile does so at once: a colour half faded is no fault.
 * @param {import('playwright-core').Page} page @param {string} state @param {string[] | null} [only] these rules
 * @returns {Promise<void>}
 */
async function axe(page, state, only = null) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const known = await page.evaluate(() => 'axe' in window);
  // Through the debugger: the page's own policy lets no foreign script in, and must not.
  if (!known) await page.evaluate(AXE);
  const found = await page.evaluate(
    async ({ strict, only }) => {
      const { axe } = /** @type {{ axe: typeof import('axe-core') }} */ (/** @type {unknown} */ (window));
      // Every rule there is, best practice and experiments included; but for the contrast of AAA (7:1), which is not what we promise.
      const rules = Object.fromEntries(
        axe
          .getRules()
          .map(({ ruleId }) => [ruleId, { enabled: strict && ruleId !== 'color-contrast-enhanced' }]),
      );
      const { violations } = await axe.run(document, {
        resultTypes: ['violations'],
        // What is found is told by its text.
        selectors: false,
        ...(strict && { rules }),
        ...(only && { runOnly: { type: 'rule', values: only } }),
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
      );
    },
    { strict: /^phone/.test(state), only },
  );
  await page.emulateMedia({ reducedMotion: null });
  for (const fault of found) complain(`axe, ${state}: ${fault}`);
}
