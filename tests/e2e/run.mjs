// Runs every test file, or those that are named: several at once, those that take longest first, each on a copy of a data
// folder that one server has made before them. It must not know what is tested.

import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { endAll } from './support/ends.js';
import { startServer } from './support/server.js';

/** A file waits a good part of its time: for a code to change, for a spot check to end. */
const AT_ONCE = 3;
const FILE_WITHIN_MS = 20 * 60_000;
const LONGEST = [
  'bridge',
  'keyboard',
  'console-day',
  'refusals',
  'wechat-login',
  'venue',
  'phone',
  'console-records',
].map((name) => `${name}.test.js`);

const named = process.argv.slice(2);
const all = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.js'));
const unknown = named.filter((file) => !all.includes(file));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}`);
const chosen = named.length > 0 ? named : all;
const files = [
  ...LONGEST.filter((file) => chosen.includes(file)),
  ...chosen.filter((file) => !LONGEST.includes(file)),
];

/** Read by support/made.js. */
async function make() {
  const { welcome, demo, dir, stop } = await startServer();
  await stop();
  await writeFile(join(dir, 'demo.json'), JSON.stringify({ welcome, demo }));
  return dir;
}

try {
  process.env.ZAICHANG_E2E_MADE = await make();
  const tests = run({
    files: files.map((file) => join(import.meta.dirname, file)),
    concurrency: Number(process.env.ZAICHANG_E2E_AT_ONCE) || AT_ONCE,
    timeout: FILE_WITHIN_MS,
  });
  tests.on('test:fail', () => (process.exitCode = 1));
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
} finally {
  await endAll();
}
