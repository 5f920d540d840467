// The pages about the API: served offline, under a policy as strict as any other page's.
// What the document says is tested by the server's own tests.

import { after, afterEach, before, describe, test } from 'node:test';
import { openBrowser } from './support/browser.js';
import { nobodyComplains } from './support/complaints.js';
import { endAll } from './support/ends.js';
import { look } from './support/look.js';
import { openOn } from './support/phone.js';
import { startServer } from './support/server.js';

describe('the pages about the API', () => {
  /** @type {import('./support/server.js').Server} */ let server;
  /** @type {import('playwright-core').BrowserContext} */ let desk;

  before(async () => {
    server = await startServer();
    desk = await (await openBrowser()).developer();
  });
  after(endAll);
  afterEach(nobodyComplains);

  test('the document’s page lists every call without asking anybody else for anything', async () => {
    // The whole internet is away; the server is not.
    await desk.route(
      (url) => url.origin !== server.url,
      (route) => route.abort(),
    );
    const page = await openOn(desk, `${server.url}/docs`);
    await page.getByText('/api/v1/check-ins', { exact: true }).waitFor();
  });

  test('every refusal has a place where it is explained', async () => {
    const page = await openOn(desk, `${server.url}/docs/problems`);
    await page.getByText('code_expired').first().waitFor();
    await look(page, 'docs-problems');
  });
});
