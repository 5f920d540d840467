// The organiser's console in a browser: log in, follow its links, press its buttons, all by their words.
// It must not know what is tested.

import { openBrowser } from './browser.js';
import { startServer } from './server.js';

/** @typedef {Awaited<ReturnType<typeof openConsole>>} Console */

/** @param {{ people?: number, env?: Record<string, string> }} [wanted] as of startServer */
export async function openConsole(wanted) {
  const server = await startServer(wanted);
  const browser = await openBrowser();
  const page = await (await browser.desktop()).newPage();
  const button = (/** @type {string | RegExp} */ name) => page.getByRole('button', { name });
  return {
    server,
    browser,
    page,
    /** The second course of the day. */
    course: server.demo.courses[1] ?? { id: 0, title: '' },
    button,
    link: (/** @type {string} */ name) => page.getByRole('link', { name, exact: true }).first(),

    /** @param {string} [password] another one than is right */
    async logIn(password = server.welcome.password) {
      await page.getByLabel('账号').fill(server.welcome.account);
      await page.getByLabel('密码', { exact: true }).fill(password);
      await button('登录').click();
    },

    /** @param {string} path within the console */
    async open(path) {
      await page.goto(`${server.url}/console/${path}`);
    },

    /** A refusal, by all that it says. @param {string[]} words */
    async refuses(...words) {
      let alert = page.getByRole('alert');
      for (const part of words) alert = alert.filter({ hasText: part });
      await alert.first().waitFor();
    },

    /** The file that a button exports. @param {string} name */
    async exported(name) {
      const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()]);
      return download.path();
    },
  };
}
