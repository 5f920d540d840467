// What every server of a run begins with: a data folder with cluster, schema and demo, made once (run.mjs) and copied for each.
// A test file that runs alone has none, and its server makes its own. It must not change what was made.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = process.env.ZAICHANG_E2E_MADE;

/** @typedef {{ welcome: import('./demo.js').Welcome, demo: import('./demo.js').Demo }} Made what the demo printed when it was made */

/** @returns {Made | null} */
export const madeDemo = () => (folder ? JSON.parse(readFileSync(`${folder}/demo.json`, 'utf8')) : null);

/** The cluster alone, to a path where nothing is. Its owner stays who it was. @param {string} path */
export const copyCluster = (path) => run('cp', ['-a', `${folder}/postgres`, path]);

/** Without the cluster: the master keys, under which the cluster's numbers are sealed. @param {string} path a folder */
export const copyKeys = (path) => run('cp', ['-a', `${folder}/master_keys`, path]);
