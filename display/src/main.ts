// Connects the page to the browser: passes the real clocks, socket, storage and tab to the app, and wires the keys.
// It must not decide anything about codes, counts or the connection.
import './style/index.css';
import { createApp } from './app';
import { createCredentials, type Drawer, ticketIn } from './credentials';
import type { Socket } from './line';
import { createWakeLock, hideIdleCursor, toggleFullScreen } from './projector';
import { createTheme } from './theme';
import { createControls } from './view/controls';
import { createView } from './view/view';

const screen = location.pathname.split('/').filter(Boolean).pop() || '';
const server = `${location.protocol.replace('http', 'ws')}//${location.host}`;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const mono = (): number => performance.now();

const credentials = createCredentials(tabDrawer(), screen);
takeTicket((ticket) => credentials.offer(ticket));

const theme = createTheme(document.documentElement);
const wakeLock = createWakeLock();
const view = createView(document.body, mono, () => calm.matches);
const app = createApp({
  openSocket: () => new WebSocket(`${server}/api/v1/screens/${screen}/live`) as unknown as Socket,
  timers: { set: (run, ms) => window.setTimeout(run, ms), clear: (timer) => clearTimeout(timer) },
  random: Math.random,
  mono,
  wall: Date.now,
  credentials,
  visible: () => !document.hidden,
  draw: view.draw,
});

(function frame(): void {
  app.beat();
  requestAnimationFrame(frame);
})();
setInterval(() => {
  app.beat();
  wakeLock.hold();
}, 1_000);

function wake(): void {
  wakeLock.hold();
  app.wake();
}
document.addEventListener('visibilitychange', wake);
document.addEventListener('freeze', app.beat);
document.addEventListener('resume', wake);
addEventListener('pageshow', wake);
addEventListener('focus', app.beat);
addEventListener('online', wake);
addEventListener('resize', view.resized);
addEventListener('hashchange', () => takeTicket(app.offer));

document.body.append(createControls(toggleFullScreen, theme.toggle));
hideIdleCursor(document.body);
addEventListener('dblclick', toggleFullScreen);
addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey) return;
  if (/^f$/i.test(key)) toggleFullScreen();
  if (/^[dt]$/i.test(key)) theme.toggle();
});

/** The ticket leaves the address bar, and the history, as soon as it is read. */
function takeTicket(take: (ticket: string) => void): void {
  const ticket = ticketIn(location.hash);
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  if (ticket !== null) take(ticket);
}

function tabDrawer(): Drawer | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
