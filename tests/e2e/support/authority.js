// The demo's authority beside its unit's admin, each in a browser of their own at the console. Its password is not printed: it is
// given the unit admin's. It must not know what either may do.

import { openBrowser } from './browser.js';
import { runSql, startPostgres } from './postgres.js';
import { startServer } from './server.js';

export const AUTHORITY = 'xiaoxiang-wjw';

/** @typedef {Awaited<ReturnType<typeof openOffices>>} Offices */

/** @param {{ people?: number }} [wanted] as of startServer */
export async function openOffices(wanted) {
  const postgres = await startPostgres();
  const server = await startServer({ ...wanted, env: { ZAICHANG_DATABASE_URL: postgres.url } });
  const browser = await openBrowser();
  const { account: unit, password } = server.welcome;
  const sql = (/** @type {string} */ text) => runSql(postgres.url, text);
  await sql(`update accounts set password_hash = (select password_hash from accounts where account = '${unit}')
    where account = '${AUTHORITY}'`);

  /** @param {string} account @param {string} path within the console */
  async function logIn(account, path = '') {
    const page = await (await browser.desktop()).newPage();
    /** What the server has forbidden this page. @type {string[]} */ const refused = [];
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`);
    });
    await page.goto(`${server.url}/console/${path}`);
    await page.getByLabel('账号').fill(account);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登录' }).click();
    return { page, refused };
  }

  /** An admin of another unit, which the demo has none of. @param {string} name of the unit @param {string} path within the console */
  async function adminOf(name, path = '') {
    const account = await sql(`insert into accounts (unit_id, account, name, role, password_hash)
      select min(units.id), 'unit-' || min(units.id), '周敏', 'unit_admin',
        (select password_hash from accounts where account = '${unit}')
      from units where units.name = '${name}' returning account`);
    return logIn(account, path);
  }

  return {
    server,
    browser,
    sql,
    adminOf,
    unitAdmin: (/** @type {string} */ path = '') => logIn(unit, path),
    authority: (/** @type {string} */ path = '') => logIn(AUTHORITY, path),
  };
}
