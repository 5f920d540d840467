// The bridge's conformance test as a partner runs it: a program of its own, whose table is read from what it prints.
// It must not know what is examined.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../mobile-bridge/app/conformance/run.mjs', import.meta.url));

/**
 * @param {string} server @param {(address: string) => Promise<unknown>} open opens the address in the app
 * @returns {Promise<{ status: number | null, failed: string[], passed: string[], said: string }>}
 */
export async function examine(server, open) {
  const program = spawn(process.execPath, [PROGRAM, '--server', server, '--port', '0', '--wait', '30']);
  let said = '';
  let opened = false;
  for (const output of [program.stdout, program.stderr]) {
    output.on('data', (chunk) => {
      said += chunk;
      const address = /(http:\S+\/app\/)\n/.exec(said)?.[1];
      if (opened || !address) return;
      opened = true;
      open(address).catch((fault) => (said += String(fault)));
    });
  }
  const status = await new Promise((resolve) => program.once('close', resolve));
  const rows = (/** @type {string} */ sign) =>
    [...said.matchAll(new RegExp(`^${sign} (\\S+)`, 'gm'))].map(([, name = '']) => name);
  return { status, failed: rows('✗'), passed: rows('✓'), said };
}
