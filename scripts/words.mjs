// One word per idea: refuses words that were replaced, in comments, names and sentences of our sources, with what to write in their
// place. Called by scripts/check.sh. It must not judge style: a word is here because it named something twice, or nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whole words, in any case, everywhere. */
const WORDS = {
  'whoever|whosoever': 'say who: users, admins with the right to…, the holder',
  nobody: 'say what does not: no request, no person, nothing; or turn the sentence round',
  'mend|mends|mended|mending': 'fix, correct, repair',
  'corridor|corridors': 'the check-in pipeline',
  'door|doors': 'routes, the API, the entrance',
  'house|houses': 'the test server, the console',
  'courier|couriers': 'sender',
  'shelf|shelves': 'store',
  'turnstile|turnstiles': 'reconnect limiter',
  'furniture|roof': 'state, router',
};

/** As names of functions, types and modules: in sentences they are ordinary words. */
const NAMES = {
  '(?:fn|function) (?:told|here)': 'what is given: response, refusal, report',
  '(?:struct|enum|type|trait|class|interface) (?:Told|Stage|Wanted|Desk|Here|Asked)':
    'what it is of: ProposedUnit, CodeRequest',
  '(?:mod|struct|enum) (?:[Rr]oom|[Tt]aste|[Ss]tory|[Mm]eans|[Gg]round)':
    'module, preferences, method, basis',
};

/** In these folders alone. */
const PLACES = [
  ['display/', 'stage|stages', 'screen session'],
  ['crates/attendance/', 'ledger|ledgers', 'course rows; the ledger is the open log of credits'],
];

/** Lines that keep a word, and why. */
const ALLOWED = [['tests/it/redis_cluster.rs', 'postgres://nobody@', "the system's user without rights"]];

/** Files that are written by programs, released or only read. */
const LEFT_OUT = [
  /^migrations\/.*\.sql$/,
  /^pages-shared\/src\/(openapi|refusals)\.ts$/,
  /^scripts\/words\.mjs$/,
  /(^|\/)LICENSE|\.lock$|package-lock\.json$|\.svg$/,
];
const READ =
  /\.(rs|ts|js|mjs|cjs|vue|css|html|md|sh|toml|ya?ml|conf|env|service|py|wxml|wxss|wxs)$|(^|\/)(Makefile|Dockerfile)$|^\.ci\/run$/;

const rules = [
  ...Object.entries(WORDS).map(([words, instead]) => ({
    at: '',
    text: new RegExp(`\\b(?:${words})\\b`, 'iu'),
    instead,
  })),
  ...Object.entries(NAMES).map(([names, instead]) => ({
    at: '',
    text: new RegExp(`\\b${names}\\b`, 'u'),
    instead,
  })),
  ...PLACES.map(([at, words, instead]) => ({ at, text: new RegExp(`\\b(?:${words})\\b`, 'iu'), instead })),
];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => READ.test(file) && !LEFT_OUT.some((left) => left.test(file)) && existsSync(file));

const wrong = [];
for (const file of files) {
  const rulesOfFile = rules.filter((rule) => file.startsWith(rule.at));
  for (const [at, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    for (const { text, instead } of rulesOfFile) {
      const found = text.exec(line);
      if (found === null || ALLOWED.some(([of, kept]) => of === file && line.includes(kept))) continue;
      wrong.push(`${file}:${at + 1}: “${found[0]}”: ${instead}`);
    }
  }
}
if (files.length < 1000) wrong.push(`only ${files.length} files were read`);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`${files.length} 个文件 / ${files.length} files`);
