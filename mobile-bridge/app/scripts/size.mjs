// Prints how many bytes opening the page in an app takes, compressed as the server compresses, and fails over budget.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 24 * 1024;
const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist).filter((file) => !file.endsWith('.svg'));
const sizes = files.map((file) => [file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length]);
const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);

console.log(
  `page in an app    ${(total / 1024).toFixed(1)} KiB of ${BUDGET / 1024} KiB  (${total} bytes, ${files.length} files)`,
);
if (total > BUDGET) {
  console.error('over budget');
  process.exit(1);
}
