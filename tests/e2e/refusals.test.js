// Every refusal of the catalogue on the phone's page, read word by word and looked at, and the card for the staff beneath them.
// What causes each one is tested elsewhere; here each is served from a script.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { layOut } from './support/laid-out.js';
import { look } from './support/look.js';
import { says } from './support/phone.js';
import { AT, LONG_COURSE, openWith } from './support/phone-storage.js';
import { REFUSALS } from './support/refusals.js';

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

/** What the server says itself, where the catalogue has no sentence of its own. */
const SAID = '本课程暂停签到';

describe('every refusal on the phone', () => {
  /** @type {import('./support/laid-out.js').LaidOut} */ let scene;
  before(async () => (scene = await layOut()));
  after(endAll);
  afterEach(nobodyComplains);

  test('each has its sentences here', () => {
    assert.deepEqual([...CODES].sort(), Object.keys(REFUSALS).sort());
  });

  for (const [code, [what, why, next]] of Object.entries(REFUSALS)) {
    test(`a scan refused with ${code}: ${what}`, async () => {
      const now = Date.now();
      const problem = {
        code,
        status: 409,
        title: SAID,
        request_id: '4f1c2a90b7d34e55',
        opens_at: new Date(now + 3 * 3600_000).toISOString(),
        first_at: AT,
      };
      await openWith(scene.phone, scene.address, {
        state: 'refused',
        person: scene.person,
        seen: true,
        problem,
      });
      await says(scene.phone, what);
      const alert = await scene.phone.getByRole('alert').innerText();
      // Between a sentence's blanks.
      for (const part of why.replace('{detail}', SAID).split(/\{\w+\}/)) {
        assert.ok(alert.includes(part.trim()), `“${part}” is not in “${alert}”`);
      }
      assert.ok(!/[{}]/.test(alert), `a blank is left in “${alert}”`);
      await scene.phone.getByRole('button', { name: next }).waitFor();
      await look(scene.phone, `phone-state-refused-${code}`);
    });
  }

  test('the card for the staff', async () => {
    await openWith(scene.phone, scene.address, {
      state: 'refused',
      person: scene.person,
      seen: true,
      course: LONG_COURSE,
      problem: { code: 'cap_reached', status: 409, request_id: '4f1c2a90b7d34e55' },
    });
    await scene.phone.getByRole('button', { name: '出示给会务人员' }).click();
    await says(scene.phone, '请会务人员查看');
    await look(scene.phone, 'phone-state-staff');
  });
});
