// Prints what a browser loads, by file and in all, as gzip. The console has no budget: the figure is for people to watch.
// It must not know what the files hold.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const rows = readdirSync(dist, { recursive: true })
  .map(String)
  .filter((name) => /\.(js|css|html|svg)$/.test(name))
  .map((name) => [name, gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length])
  .sort((a, b) => b[1] - a[1]);
const html = readFileSync(new URL('index.html', dist), 'utf8');
const first = rows.filter(([name]) => name === 'index.html' || html.includes(`/${name}"`));
const sum = (list) => list.reduce((total, [, size]) => total + size, 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;

for (const [name, size] of rows) console.log(`${kib(size)}  ${name}`);
console.log(`${kib(sum(first))}  named by index.html (gzip)`);
console.log(`${kib(sum(rows))}  in all (gzip)`);
