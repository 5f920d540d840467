// One real server for a test: the binary with stores of its own in a fresh folder, on a port that was free.
// It must not know what is tested; it knows only what the server prints on its two outputs.

import { execFile, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fillDemo, readWelcome } from './demo.js';
import { atTheEnd } from './ends.js';
import { createLog } from './log.js';
import { copyCluster, copyKeys, madeDemo } from './made.js';

const target = fileURLToPath(new URL('../../../target/', import.meta.url));
/** A debug build that has just made a cluster, on a busy machine. */
const READY_WITHIN_MS = 60_000;

/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/** The newest build, unless one is named. */
function binary() {
  if (process.env.ZAICHANG_BIN) return process.env.ZAICHANG_BIN;
  const builtAt = (/** @type {string} */ path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const builds = ['release', 'debug'].map((profile) => join(target, profile, 'zaichang')).filter(builtAt);
  const newest = builds.sort((a, b) => builtAt(b) - builtAt(a))[0];
  if (!newest) throw new Error('Build the server first (cargo build), or name it in ZAICHANG_BIN.');
  return newest;
}

/** Documents are printed by the program that scripts/print.sh has built, if it has. @returns {Record<string, string>} */
function printing() {
  const program = join(dirname(binary()), '../print/release/zaichang-print');
  const templates = fileURLToPath(new URL('../../../crates/print/templates', import.meta.url));
  if (!existsSync(program)) return {};
  return { ZAICHANG_PRINT_PROGRAM: program, ZAICHANG_PRINT_TEMPLATES: templates };
}

/** @param {{ people?: number, env?: Record<string, string> }} [wanted] `people` beside the three with logins */
export async function startServer({ people = 0, env = {} } = {}) {
  const made = madeDemo();
  const { server, settings } = await startOn(env, ['serve', '--demo'], made);
  const welcome = made ? made.welcome : await readWelcome(server.log);
  const demo = made && people === 0 ? made.demo : await fillDemo(binary(), environment(settings), people);
  return { ...server, welcome, demo };
}

/** A server without any data, as its first user finds it; and how commands are run beside it. @param {Record<string, string>} [env] */
export async function startEmptyServer(env = {}) {
  const { server, settings } = await startOn(env, ['serve'], null);
  const run = promisify(execFile);
  return {
    ...server,
    dataDir: settings.ZAICHANG_DATA_DIR,
    /** What a command prints. @param {string[]} words */
    command: async (...words) => (await run(binary(), words, { env: environment(settings) })).stdout,
  };
}

/** @param {Record<string, string>} env @param {string[]} words @param {ReturnType<typeof madeDemo>} made whose cluster it begins with */
async function startOn(env, words, made) {
  const dir = await mkdtemp(join(tmpdir(), 'zaichang-e2e-'));
  atTheEnd(() => rm(dir, { recursive: true, force: true }));
  if (made) await copyKeys(dir);
  if (made && !env['ZAICHANG_DATABASE_URL']) await copyCluster(join(dir, 'postgres'));
  const settings = {
    ZAICHANG_DATA_DIR: dir,
    ZAICHANG_METRICS_LISTEN: 'off',
    ZAICHANG_LOG_FORMAT: 'json',
    // The longest slot there is: the same person's second scan is a repeat whatever the minute.
    ZAICHANG_REPEAT_S: '28800',
    ...printing(),
    ...env,
  };
  let life = await launch({ ...settings, ZAICHANG_LISTEN: '127.0.0.1:0' }, words);
  const { url, log } = life;

  const server = {
    url,
    log,
    dir,
    /** The code that would have been sent to a phone when `ask` was done. @param {() => Promise<unknown>} ask */
    async smsCode(ask) {
      const sent = log.next((line) => line.target === 'zaichang_integrations::sms');
      await ask();
      return String((await sent).code);
    },
    /** The process is frozen: its connections stay open and carry nothing. */
    freeze: () => life.child.kill('SIGSTOP'),
    thaw: () => life.child.kill('SIGCONT'),
    /** Killed as by a power failure. The private stores may outlive it. */
    async kill() {
      life.child.kill('SIGKILL');
      await life.gone;
    },
    /** At the same address, with the same data. */
    async restart() {
      life = await launch({ ...settings, ZAICHANG_LISTEN: new URL(url).host }, words, log);
    },
    async stop() {
      // Stores that outlived a killed server are ended by the next one.
      if (life.child.signalCode === 'SIGKILL') await server.restart();
      server.thaw();
      life.child.kill('SIGTERM');
      await life.gone;
    },
  };
  atTheEnd(server.stop);
  return { server, settings };
}

/** @param {Record<string, string>} settings @param {string[]} words @param {ReturnType<typeof createLog>} [log] */
async function launch(settings, words, log = createLog()) {
  const child = spawn(binary(), words, {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const orphan = () => child.kill('SIGTERM');
  process.once('exit', orphan);
  const gone = new Promise((resolve) => child.once('close', resolve)).then(() => process.off('exit', orphan));
  log.follow(child.stdout);
  log.follow(child.stderr);
  const died = gone.then(() => {
    throw new Error(`${binary()} ended before it was ready:\n${log.tail()}`);
  });
  // Once it was ready, its end is intended.
  died.catch(() => undefined);
  const ready = await Promise.race([log.next((line) => line.message === 'ready', READY_WITHIN_MS), died]);
  return { child, gone, log, url: String(ready.public_url) };
}

/** Nothing of the caller's own settings reaches the server. @param {Record<string, string>} settings */
function environment(settings) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('ZAICHANG_'));
  return { ...Object.fromEntries(own), ...settings };
}
