// A Postgres of the test's own that can be stopped and started while the server runs: the installed programs, in a
// fresh folder, on a Unix socket only. It must not know what is stored in it.

import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atTheEnd } from './ends.js';
import { copyCluster, madeDemo } from './made.js';

const run = promisify(execFile);
const INSTALLED = '/usr/lib/postgresql';

/** Filled with the demo's data, or empty. @param {{ empty?: boolean }} [wanted] */
export async function startPostgres({ empty = false } = {}) {
  const versions = (await readdir(INSTALLED)).map(Number).sort((a, b) => b - a);
  const programs = join(INSTALLED, String(versions[0]), 'bin');
  const dir = await mkdtemp(join(tmpdir(), 'zaichang-pg-'));
  atTheEnd(() => rm(dir, { recursive: true, force: true }));
  const user = await unprivileged();
  if (user) await chown(dir, user.uid, user.gid);

  const data = join(dir, 'data');
  const as = { ...user, cwd: dir };
  const control = (/** @type {string[]} */ ...words) =>
    run(join(programs, 'pg_ctl'), ['-D', data, '-w', '-l', join(dir, 'log'), ...words], as);
  let runs = false;
  /** @param {boolean} wanted */
  async function turn(wanted) {
    if (runs === wanted) return;
    await (wanted ? control('-o', `-c listen_addresses= -k ${dir}`, 'start') : control('-m', 'fast', 'stop'));
    runs = wanted;
  }
  const start = () => turn(true);
  const stop = () => turn(false);

  const made = !empty && madeDemo() !== null;
  if (made) await copyCluster(data);
  else
    await run(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'zaichang', '-E', 'UTF8', '-A', 'trust', '-N'],
      as,
    );
  await start();
  atTheEnd(stop);
  const database = made ? 'zaichang' : 'postgres';
  return { url: `postgres://zaichang@localhost/${database}?host=${encodeURIComponent(dir)}`, start, stop };
}

/** Runs a statement by psql. @param {string} databaseUrl @param {string} sql */
export async function runSql(databaseUrl, sql) {
  const { stdout } = await run('psql', [databaseUrl, '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', sql]);
  return stdout.trim();
}

/** Postgres refuses to run as root: root lends it the user that came with its package. */
async function unprivileged() {
  if (process.getuid?.() !== 0) return null;
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8'));
  if (!entry) throw new Error('There is no user postgres: apt-get install postgresql');
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}
