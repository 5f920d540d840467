// Every refusal of the catalogue on the phone's page, looked at one by one, and the card for the staff beneath them.
// What causes each one is tested elsewhere; here each is served from a script.

import { readFileSync, readdirSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './stage/complaints.js';
import { endAll } from './stage/ends.js';
import { layOut } from './stage/laid-out.js';
import { look } from './stage/look.js';
import { told } from './stage/phone.js';
import { AT, LONG_COURSE, openWith } from './stage/shelf.js';

const WORDS = new URL('../../mobile-bridge/core/src/words/refusals/', import.meta.url);
/** The catalogue's codes, as its files name them. */
const CODES = readdirSync(WORDS)
  .filter((file) => file.startsWith('about-'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, WORDS), 'utf8').matchAll(
      /^ {2}([a-z_]+): (?:refusal|page_is_old|wechat_away)\(/gm,
    ),
  ])
  .map(([, code = '']) => code);

describe('every refusal on the phone', () => {
  /** @type {import('./stage/laid-out.js').LaidOut} */ let here;
  before(async () => (here = await layOut()));
  after(endAll);
  afterEach(nobodyComplains);

  for (const code of CODES) {
    test(`a scan refused with ${code}`, async () => {
      const now = Date.now();
      const problem = {
        code,
        status: 409,
        title: '服务器给出的标题',
        request_id: '4f1c2a90b7d34e55',
        opens_at: new Date(now + 3 * 3600_000).toISOString(),
        first_at: AT,
      };
      await openWith(here.phone, here.address, {
        state: 'refused',
        person: here.person,
        seen: true,
        problem,
      });
      await here.phone.locator('.notice h1').waitFor();
      await look(here.phone, `phone-state-refused-${code}`);
    });
  }

  test('the card for the staff', async () => {
    await openWith(here.phone, here.address, {
      state: 'refused',
      person: here.person,
      seen: true,
      course: LONG_COURSE,
      problem: { code: 'cap_reached', status: 409, request_id: '4f1c2a90b7d34e55' },
    });
    await here.phone.getByRole('button', { name: '出示给会务人员' }).click();
    await told(here.phone, '请会务人员查看');
    await look(here.phone, 'phone-state-staff');
  });
});
