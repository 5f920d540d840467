// The bridge to a native app: the conformance test passes on the reference app by each of its ways, and fails on each thing
// that an app can get wrong; and the page that apps open checks people in. The app is Chromium with an app's side put around
// its page; server, codes and assertions are real.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openAppServer } from '../../mobile-bridge/app/host/app-server.mjs';
import { FAULTS, putAppAround } from '../../mobile-bridge/app/host/app.mjs';
import { PRIVACY_VERSION, openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { examine } from './support/conformance.js';
import { endAll } from './support/ends.js';
import { tabThrough } from './support/keyboard.js';
import { look } from './support/look.js';
import { organiserOf } from './support/organiser.js';
import { says } from './support/phone.js';
import { startPostgres } from './support/postgres.js';
import { startServer } from './support/server.js';
import { openVenue } from './support/venue.js';

/** The demo's first people, as the app's server knows them: born in 1880, like all people in the demo. */
const PERSON = { name: '王伟', id_number: '430102188001010012' };
const ANOTHER = { name: '李伟', id_number: '430102188001010020' };
const PENDING = { name: '张伟', id_number: '430102188001010039' };

/** What the conformance test says of each planted fault; more may fail after it. */
/** @type {Record<(typeof FAULTS)[number], string>} */
const TOLD_BY = {
  answers_anybody: 'stranger-in-a-frame',
  vouches_to_anybody: 'assertion-for-others',
  vouches_for_any_device: 'assertion-for-others',
  same_nonce: 'assertion',
  long_life: 'assertion',
  new_device_each_time: 'same-device',
  any_version: 'other-version',
  silent_when_unknown: 'unknown',
  forgets_the_page: 'hello',
  chokes_on_garbage: 'garbage',
  cancelled_as_text: 'scan-cancelled',
  stays_open: 'close',
};

/** The page asks after a spot check every 15 to 25 s, and after a store that is away at the latest every 30 s. */
const HEARD_WITHIN_MS = 45_000;

describe('the bridge to a native app', () => {
  const issuer = openAppServer('yijiao');
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {Awaited<ReturnType<typeof startPostgres>>} */ let postgres;
  /** @type {import('./support/browser.js').Browser} */ let browser;
  /** @type {import('./support/venue.js').Venue} */ let venue;
  /** @type {ReturnType<typeof organiserOf>} */ let organiser;
  let course = 0;

  before(async () => {
    postgres = await startPostgres();
    server = await startServer({
      env: { ZAICHANG_APP_KEYS: issuer.key, ZAICHANG_DATABASE_URL: postgres.url },
    });
    browser = await openBrowser();
    organiser = organiserOf(server);
    course = server.demo.courses[0]?.id ?? 0;
    // Pictures of a busy machine take seconds; the strict profile has its own tests.
    await organiser.change(course, { profile: 'relaxed' });
    venue = await openVenue(await browser.projector(), (await organiser.openScreen(course)).display_url);
    await venue.mood('open');
  });
  after(endAll);
  afterEach(nobodyComplains);

  /** The code on the venue's screen now, as a scanner reads it. */
  const onTheWall = async () => [...venue.codes.values()].at(-1)?.url ?? '';

  /**
   * @param {Partial<Parameters<typeof putAppAround>[1]>} wanted
   * @param {boolean} first whether the page is opened for the first time on this phone
   */
  async function app(wanted = {}, first = false) {
    const page = await (await browser.phone(undefined, { first })).newPage();
    const origin = server.url;
    const usual = { origin, audience: server.url, person: ANOTHER, server: issuer, scan: onTheWall };
    const around = { ...usual, device_id: 'device-of-another', ...wanted };
    return { page, around: await putAppAround(page, around) };
  }

  /** @param {Partial<Parameters<typeof putAppAround>[1]>} wanted */
  async function examined(wanted) {
    let scans = 0;
    const scan = async () => ((scans += 1) === 1 ? onTheWall() : null);
    /** @type {import('playwright-core').Page[]} */
    const pages = [];
    const result = await examine(server.url, async (address) => {
      const own = { person: PERSON, device_id: 'device-of-the-examined' };
      const { page } = await app({ scan, origin: new URL(address).origin, ...own, ...wanted });
      pages.push(page);
      await page.goto(address);
    });
    // Not waited for: the page may be navigating just now.
    for (const page of pages)
      page
        .context()
        .close()
        .catch(() => undefined);
    return result;
  }

  for (const via of /** @type {const} */ (['ios', 'android', 'port'])) {
    test(`the conformance test passes on the reference app, by ${via}`, async () => {
      const { status, failed, passed, said } = await examined({ via });
      assert.deepEqual({ status, failed }, { status: 0, failed: [] }, said);
      assert.equal(passed.length, 16, said);
    });
  }

  for (const fault of FAULTS) {
    test(`the conformance test tells that an app ${fault.replaceAll('_', ' ')}`, async () => {
      const { status, failed, said } = await examined({ fault });
      assert.equal(status, 1, said);
      assert.ok(failed.includes(TOLD_BY[fault]), said);
    });
  }

  test('in a browser the page says where it belongs', async () => {
    const page = await (await browser.phone()).newPage();
    await page.goto(`${server.url}/app/`);
    await says(page, '请在医教管理 APP 中打开');
    await look(page, 'phone-app-outside');
    await tabThrough(page, 'phone-app-outside');
  });

  for (const via of /** @type {const} */ (['ios', 'android', 'port'])) {
    test(`in the app, a scan is a check-in, by ${via}`, async () => {
      const { page, around } = await app({ via });
      await page.goto(`${server.url}/app/`);
      await page.getByText('李伟，您好').waitFor();
      if (via === 'ios') {
        await look(page, 'phone-app-ready');
        await tabThrough(page, 'phone-app-ready');
      }
      // By the keyboard, as with a mouse.
      const scan = page.getByRole('button', { name: '扫码签到' });
      if (via === 'port') await scan.press('Enter');
      else await scan.click();
      await page.getByRole('img', { name: '已签到' }).waitFor();
      await venue.count(2);
      assert.deepEqual(around.felt, ['success']);
      // Whose it is, and of which department.
      await page.locator('.who', { hasText: '李伟 · ' }).waitFor();
      if (via === 'ios') {
        await look(page, 'phone-app-recorded');
        await tabThrough(page, 'phone-app-recorded');
      } else await says(page, '您已于');
      if (via === 'android') await look(page, 'phone-app-already');
      const [cookies, kept] = [
        await page.context().cookies(),
        await page.evaluate(() => ({ ...localStorage })),
      ];
      assert.deepEqual(
        cookies.filter(({ name }) => name === 'zc_session'),
        [],
      );
      assert.ok(
        !JSON.stringify(kept).includes(ANOTHER.id_number),
        'what is kept on the phone holds no number',
      );
      await page.getByRole('button', { name: '完成' }).click();
      await page.waitForURL('about:blank');
    });
  }

  test('before a phone’s first login in the app stands the privacy notice, once', async () => {
    const { page } = await app({ device_id: 'device-of-the-first' }, true);
    await page.goto(`${server.url}/app/`);
    await says(page, '隐私说明');
    await page.getByText(`版本：${PRIVACY_VERSION}`).waitFor();
    await look(page, 'phone-app-privacy');
    await page.getByRole('button', { name: '暂不同意' }).click();
    await page.getByText('可请会务人员协助签到').waitFor();
    const kept = page.waitForResponse('**/api/v1/me/privacy-consents');
    await page.getByRole('button', { name: '同意并继续' }).click();
    assert.equal((await kept).status(), 204);
    await page.getByText('李伟，您好').waitFor();
    await page.reload();
    await page.getByText('李伟，您好').waitFor();
  });

  test('a code that the app has scanned by itself is taken, and the way back ends at the beginning', async () => {
    const { page, around } = await app();
    await page.goto(`${server.url}/app/`);
    await says(page, '会场签到');
    await around.ask('scanned', { text: await onTheWall() });
    await page.getByRole('img', { name: '已签到' }).waitFor();
    for (const handled of [true, false]) {
      await around.ask('back', {});
      await says(page, '会场签到');
      assert.deepEqual(around.answers.at(-1)?.ok, { handled });
    }
  });

  test('a spot check is told on the result, and done by scanning again', async () => {
    const { page } = await app();
    await page.goto(`${server.url}/app/`);
    await page.getByRole('button', { name: '扫码签到' }).click();
    await page.getByRole('img', { name: '已签到' }).waitFor();
    await organiser.orderSpotCheck(course, { minutes: 3 });
    await page.getByRole('heading', { name: '现场抽查' }).waitFor({ timeout: HEARD_WITHIN_MS });
    await look(page, 'phone-app-spot');
    await venue.nextCode();
    await page.getByRole('button', { name: '再次扫码' }).click();
    await page.getByRole('heading', { name: '本次抽查已完成' }).waitFor({ timeout: HEARD_WITHIN_MS });
  });

  test('what is no check-in code is named, and a scanner that was closed is not spoken of', async () => {
    const texts = ['https://example.com/', null];
    const { page } = await app({ scan: async () => texts.shift() ?? null });
    await page.goto(`${server.url}/app/`);
    await page.getByRole('button', { name: '扫码签到' }).click();
    await page.getByText('这是其他网页的二维码').waitFor();
    await look(page, 'phone-app-foreign');
    await page.getByRole('button', { name: '扫码签到' }).click();
    await page.getByText('这是其他网页的二维码').waitFor({ state: 'detached' });
  });

  test('a person who may not check in is told why, and a code too old is refused', async () => {
    const { page } = await app({ person: PENDING, language: 'en' });
    await page.goto(`${server.url}/app/`);
    await says(page, 'You are not approved yet');
    await look(page, 'phone-app-not-approved');
    const unknown = await app({ person: { ...ANOTHER, name: '李某' } });
    await unknown.page.goto(`${server.url}/app/`);
    await says(unknown.page, '未查询到您的注册信息');
    await look(unknown.page, 'phone-app-unknown');
    const stranger = await app({ server: openAppServer('yijiao') });
    await stranger.page.goto(`${server.url}/app/`);
    await says(stranger.page, '身份确认未通过');
    const late = await app({ scan: async () => `${server.url}/C/${'A'.repeat(36)}` });
    await late.page.goto(`${server.url}/app/`);
    await late.page.getByText('李伟，您好').waitFor();
    await late.page.getByRole('button', { name: '扫码签到' }).click();
    await says(late.page, '签到码无法核实');
    await look(late.page, 'phone-app-refused');
    await tabThrough(late.page, 'phone-app-refused');
  });

  test('a scan outlives the store, and the visit after it; no tap is needed', async () => {
    const { page } = await app();
    await page.goto(`${server.url}/app/`);
    await page.getByText('李伟，您好').waitFor();
    await venue.nextCode();
    await postgres.stop();
    await page.getByRole('button', { name: '扫码签到' }).click();
    await says(page, '正在等待系统恢复');
    await look(page, 'phone-app-waiting');
    // The app's page logs in again on each visit: this one meets the outage, and retries without a tap.
    await page.reload();
    await says(page, '正在等待系统恢复');
    await look(page, 'phone-app-waiting-login');
    const { page: opened_meanwhile } = await app();
    await opened_meanwhile.goto(`${server.url}/app/`);
    await says(opened_meanwhile, '系统正在恢复');
    await look(opened_meanwhile, 'phone-app-no-login');
    await postgres.start();
    await page.getByRole('img', { name: '已签到' }).waitFor({ timeout: HEARD_WITHIN_MS });
    await opened_meanwhile.getByText('李伟，您好').waitFor({ timeout: HEARD_WITHIN_MS });
  });
});
