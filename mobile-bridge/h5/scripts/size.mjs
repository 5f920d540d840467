// Prints how many bytes opening a scanned code takes, compressed as the server compresses, and fails over budget.
// First load = the shell and every file it needs before the result; with and without a login. Camera and later pages apart.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 40 * 1024;
const dist = new URL('../dist/', import.meta.url);
const files = readdirSync(dist);
const text = (file) => readFileSync(new URL(file, dist), 'utf8');
const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

/** The file and all it imports statically, which a browser fetches before it runs any of it. */
function with_imports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, imported] of text(file).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g))
    with_imports(imported, found);
  return found;
}

const shell = [...text('index.html').matchAll(/\/assets\/h5\/([\w.-]+\.(?:js|css))/g)].map(
  ([, file]) => file,
);
const first = new Set([
  'index.html',
  ...shell.flatMap((file) => (file.endsWith('.js') ? [...with_imports(file)] : file)),
]);
const view = (name) => {
  const own = files.filter((file) => file.startsWith(`${name}-`));
  return own
    .flatMap((file) => (file.endsWith('.js') ? [...with_imports(file)] : file))
    .filter((file) => !first.has(file));
};

const sum = (names) => names.reduce((total, file) => total + gzipped(file), 0);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(10);
const loads = [
  ['scan, logged in', [...first]],
  ['scan, with login', [...first, ...view('login-view')]],
];
const apart = [
  'refusal-view',
  'home-page',
  'records-page',
  'receipt-page',
  'camera-page',
  'registration-page',
  'after-result',
  'result-who',
  'consent-view',
  'sms-code',
  'wechat-view',
  'remember-view',
  'own-view',
  'ponyfill',
];

let over = false;
for (const [name, names] of loads) {
  const bytes = sum(names);
  over ||= bytes > BUDGET;
  console.log(
    `${name.padEnd(18)}${kib(bytes)} of ${kib(BUDGET).trim()}  (${bytes} bytes, ${names.length} files)`,
  );
}
for (const name of apart) console.log(`+ ${name.padEnd(16)}${kib(sum(view(name)))}`);
console.log(
  `+ wasm reader     ${kib(sum(files.filter((file) => file.endsWith('.wasm'))))}  only without a BarcodeDetector`,
);
if (over) {
  console.error('over budget');
  process.exit(1);
}
