// Takes a picture of every state of every page at three widths, light and dark, to be looked at; into ./pictures or the
// folder that PICTURES names. Needs Chromium (CHROMIUM).
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const require = createRequire(join(root, '../../tests/e2e/package.json'));
const { chromium } = require('playwright-core');
const to = resolve(process.env.PICTURES ?? 'pictures');
const html = mkdtempSync(join(tmpdir(), 'zaichang-pictures-'));

execFileSync('npx', ['vitest', 'run', '--config', 'vitest.pictures.config.ts'], {
  cwd: root,
  env: { ...process.env, PICTURES: html },
  stdio: ['ignore', 'ignore', 'inherit'],
});

/** What WeChat's own elements look like before any sheet of ours: blocks, inline texts, buttons with their own face. */
const ELEMENTS = `
  * { margin: 0 } body { font: 16px/1.4 system-ui; }
  wx-view, page { display: block } wx-text { display: inline } wx-text[class*=row-under], wx-text[class*=heading] { display: block }
  wx-button { position: relative; display: block; margin: 0 auto; padding: 0 14px; font-size: 18px; line-height: 2.55; border-radius: 5px; text-align: center; background: #f8f8f8; box-sizing: border-box }
  wx-input { display: flex !important; align-items: center; height: 1.4em; overflow: hidden; white-space: nowrap }
  html { background: #f7f6f2 } @media (prefers-color-scheme: dark) { html { background: #0c1a20 } }`;

mkdirSync(to, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox'],
});
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 375, 414]) {
    const context = await browser.newContext({
      viewport: { width, height: width === 320 ? 504 : 650 },
      colorScheme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    for (const file of readdirSync(html)) {
      await page.setContent(
        `<!doctype html><meta charset=utf-8><style>${ELEMENTS}</style>${readFileSync(join(html, file), 'utf8')}`,
      );
      const name = file.replace('.html', '');
      await page.screenshot({ path: join(to, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wider) console.log(`${name} is wider than ${width}`);
      const low = await page.evaluate(() =>
        [...document.querySelectorAll('wx-button, .page--t-cell, .page--receipt')]
          .filter((element) => element.getBoundingClientRect().height < 48)
          .map(({ textContent }) => textContent),
      );
      if (low.length > 0) console.log(`${name} has what is lower than 48 px to tap: ${low.join(', ')}`);
    }
    await context.close();
  }
}
await browser.close();
rmSync(html, { recursive: true });
console.log(to);
