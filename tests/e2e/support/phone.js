// What people do with a phone: open a scanned address, log in with a text message or a password, read the result.
// Fields and buttons are found by their words, as people find them.

/** @typedef {import('playwright-core').Page} Page */

/** @param {import('playwright-core').BrowserContext} context @param {string} address */
export async function openOn(context, address) {
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(address);
  return page;
}

/** @param {Page} page @param {Pick<import('./server.js').Server, 'smsCode'>} server @param {string} phone */
export async function logInBySms(page, server, phone) {
  await page.getByLabel('手机号').fill(phone);
  const code = await server.smsCode(() => page.getByRole('button', { name: '获取验证码' }).click());
  // The last figure sends it.
  await page.getByLabel('验证码', { exact: true }).fill(code);
}

/** @param {Page} page @param {{ account: string, password: string }} person */
export async function logInByPassword(page, { account, password }) {
  await page.getByText('账号密码').click();
  await page.getByLabel('账号', { exact: true }).fill(account);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: /^登录/ }).click();
}

/** What the page says in large type. A heading that is also an alert is found by its tag only. @param {Page} page @param {string} words */
export async function says(page, words) {
  const heading = page.locator('h1');
  await heading
    .filter({ hasText: words })
    .waitFor()
    .catch(async () => {
      const instead = (await heading.allInnerTexts()).join(' ');
      throw new Error(`${page.url()} should say “${words}”, and says “${instead}”`);
    });
}

/** `09:02:13` in Asia/Shanghai. */
export const timeOf = (/** @type {string | number} */ instant) =>
  new Date(instant).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' });
