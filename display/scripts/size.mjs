// Weighs the built page as a browser receives it, and fails over its budget.
// It must not know what is in the files: only how many bytes gzip makes of them.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 12_000;
const dist = new URL('../dist/', import.meta.url);
let total = 0;

for (const name of readdirSync(dist).filter((file) => /\.(html|js|css)$/.test(file))) {
  const bytes = gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(6)}  ${name}`);
}
console.log(`${String(total).padStart(6)}  in all, of ${BUDGET_BYTES} allowed (gzip)`);
if (total === 0 || total > BUDGET_BYTES) {
  console.error(
    total === 0 ? 'nothing is built yet: run npm run build first' : 'the page is over its budget',
  );
  process.exit(1);
}
