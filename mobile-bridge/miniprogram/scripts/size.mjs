// Prints what the mini-program's main package weighs, file kind by file kind, and fails over budget.
// WeChat counts the files as they are: nothing is compressed here.
import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { build, wanted } from './build.mjs';

const BUDGET = 500 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'zaichang-miniprogram-'));
await build(wanted({}), folder);
const kinds = new Map();
for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
  if (!entry.isFile()) continue;
  const bytes = statSync(join(entry.parentPath, entry.name)).size;
  kinds.set(extname(entry.name), (kinds.get(extname(entry.name)) ?? 0) + bytes);
}
rmSync(folder, { recursive: true });

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(10);
const all = [...kinds.values()].reduce((sum, bytes) => sum + bytes, 0);
for (const [kind, bytes] of [...kinds].sort((a, b) => b[1] - a[1]))
  console.log(`${kind.padEnd(18)}${kib(bytes)}`);
console.log(`${'mini-program'.padEnd(18)}${kib(all)} of ${kib(BUDGET).trim()} in all`);
if (all > BUDGET) {
  console.error('over budget');
  process.exit(1);
}
