// Where the page begins: it says hello to the app, begins the visit, and draws it after each change.
// Nothing is decided here.

import '../../h5/src/styles/tokens.css';
import '../../h5/src/styles/base.css';
import '../../h5/src/styles/action.css';
import '../../h5/src/styles/notice.css';
import '../../h5/src/styles/bar.css';
import '../../h5/src/styles/seal.css';
import '../../h5/src/styles/result.css';
import '../../h5/src/styles/spot.css';
import '../../h5/src/styles/consent.css';
import './page.css';
import { put } from './draw.ts';
import { find_host } from './host.ts';
import { words_in } from './parts.ts';
import { app_platform } from './platform.ts';
import { outside, tick_words, view_of } from './view.ts';
import { begin_visit, type Shown, type Visit } from './visit.ts';

const root = document.getElementById('app') as HTMLElement;
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '{}') as { server_now: string };

async function main(): Promise<void> {
  const opened_at = Date.now();
  const host = await find_host(window);
  const words = words_in(host?.language ?? 'zh');
  document.documentElement.lang = words.language === 'zh' ? 'zh-CN' : 'en';
  if (host === null) return put(root, outside(words));
  const platform = app_platform(window, () => document.documentElement.lang);
  // The server gave the time when the page was requested; the hello has taken a while since.
  const server_now = new Date(Date.parse(boot.server_now) + Date.now() - opened_at).toISOString();
  let drawn = '';
  let visit: Visit | null = null;

  function draw(): void {
    if (visit === null) return;
    const shown = visit.shown();
    const state = JSON.stringify({ ...shown, now: 0, spot: shown.spot?.is });
    if (state === drawn) return tick(shown);
    const before = heading_of(root);
    drawn = state;
    put(root, view_of(shown, visit, words));
    // Screen readers announce the page when it is another one, and no stamp is animated twice.
    const moved = heading_of(root) !== before;
    root.classList.toggle('still', !moved);
    if (moved) root.querySelector('h1')?.focus();
  }

  /** Between two states only the seconds run. */
  function tick(shown: Shown): void {
    const ticking = root.querySelector('[data-tick]');
    const text = tick_words(shown, words);
    if (ticking && ticking.textContent !== text) ticking.textContent = text;
  }

  document.addEventListener('visibilitychange', () => visit?.look(!document.hidden));
  visit = begin_visit(platform, host, window.location.origin, server_now, draw);
  draw();
  window.setInterval(draw, 250);
}

const heading_of = (within: HTMLElement): string => within.querySelector('h1')?.textContent ?? '';

void main();
