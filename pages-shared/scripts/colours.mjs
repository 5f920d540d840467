// Writes the colours that all pages share, light and dark, into each page's tokens, in the rules that it knows light and dark
// by. With --check nothing is written: it fails where a file says otherwise. What only one page needs stays as it is there.
import { readFileSync, writeFileSync } from 'node:fs';

const COLOURS = {
  ink: ['#10232b', '#e8eef0'],
  paper: ['#f7f6f2', '#0c1a20'],
  card: ['#ffffff', '#13262e'],
  jade: ['#0b7a6b', '#35c2ac'],
  amber: ['#9a6200', '#f0b445'],
  cinnabar: ['#b3261e', '#ff8a7a'],
  mist: ['#5b6b72', '#9db0b8'],
};

/** On a wall, read from the last row, what is not ink is darker in the light. */
const ON_A_WALL = { ...COLOURS, amber: ['#8a5700', '#f0b445'], mist: ['#55656c', '#9db0b8'] };

/** On a phone: lines, and washes behind notices. */
const ON_A_PHONE = {
  ...COLOURS,
  line: ['#dcdfdc', '#243a43'],
  'field-line': ['#7d8b91', '#6b8089'],
  'on-jade': ['#ffffff', '#06231e'],
  'jade-pressed': ['#086256', '#5fd3c1'],
  'jade-wash': ['#e6f2ef', '#123530'],
  'amber-wash': ['#f8efdd', '#2f2a17'],
  'cinnabar-wash': ['#f9e9e7', '#33201f'],
};

const WHERE_THE_PHONE_IS_DARK = '@media (prefers-color-scheme: dark) {';

/** Each page's tokens, and where in them light and dark begin. */
const FILES = [
  ['display/src/style/tokens.css', ON_A_WALL, ':root {', "[data-theme='dark'] {"],
  ['console/src/look/tokens.css', COLOURS, ':root {', 'html.dark {'],
  ['mobile-bridge/h5/src/styles/tokens.css', ON_A_PHONE, ':root {', WHERE_THE_PHONE_IS_DARK],
  ['mobile-bridge/miniprogram/src/styles/tokens.wxss', ON_A_PHONE, '.page {', WHERE_THE_PHONE_IS_DARK],
];

/** The rule that begins there, with these colours in it. A colour that it lacks is an error: no page may do without. */
function coloured(text, begins, colours, which) {
  const start = text.indexOf(begins);
  const end = text.indexOf('}', start);
  if (start < 0 || end < 0) throw new Error(`there is no rule that begins with ${begins}`);
  let rule = text.slice(start, end);
  for (const [name, pair] of Object.entries(colours)) {
    const line = new RegExp(`(\\n *--${name}: )[^;]+;`);
    if (!line.test(rule)) throw new Error(`--${name} is missing after ${begins}`);
    rule = rule.replace(line, `$1${pair[which]};`);
  }
  return text.slice(0, start) + rule + text.slice(end);
}

for (const [name, colours, light, dark] of FILES) {
  const file = new URL(`../../${name}`, import.meta.url);
  const before = readFileSync(file, 'utf8');
  const after = coloured(coloured(before, light, colours, 0), dark, colours, 1);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, after);
  } else if (before !== after) {
    console.error(`${name} is not what pages-shared/scripts/colours.mjs says: npm run colours`);
    process.exitCode = 1;
  }
}
