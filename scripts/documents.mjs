// Our documents hang together: each file and each section that a link names is there, every page of docs/operating exists in
// Chinese and in English, and every module has its line in docs/modules.md. Called by scripts/check.sh. It asks no other site.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => page !== '' && existsSync(page));

/** The name of a section in an address, as GitHub makes it. */
const anchor = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (page) => readFileSync(page, 'utf8').replace(/^( *)```[\s\S]*?^ *```/gm, '');

const anchors = (page) => {
  const [found, times] = [new Set(), new Map()];
  for (const [, heading] of withoutCode(page).matchAll(/^#+ +(.+)$/gm)) {
    const name = anchor(heading);
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    found.add(before === 0 ? name : `${name}-${before}`);
  }
  return found;
};

const wrong = [];
let links = 0;
for (const page of pages) {
  for (const [, target] of withoutCode(page)
    .replace(/`[^`\n]*`/g, '')
    .matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    links += 1;
    const [path, section] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
    if (!existsSync(file)) wrong.push(`${page}: ${target}: no such file`);
    else if (section !== undefined && file.endsWith('.md') && !anchors(file).has(decodeURI(section)))
      wrong.push(`${page}: ${target}: no such section`);
  }
}
for (const page of pages.filter(
  (page) => page.startsWith('docs/operating/') && !page.endsWith('/README.md'),
)) {
  const other = page.endsWith('.en.md') ? page.replace(/\.en\.md$/, '.md') : page.replace(/\.md$/, '.en.md');
  if (!existsSync(other)) wrong.push(`${page}: ${other} is missing`);
}

/** The modules of a source folder, and the folders in them. Queries and tests belong to the module that they lie in. */
const modules = (source) => {
  const entries = readdirSync(source, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.rs'))
    .map((entry) => entry.name.replace(/\.rs$/, ''))
    .filter((name) => name !== 'lib');
  const within = entries.flatMap((entry) =>
    entry.isDirectory() && source !== 'src'
      ? readdirSync(join(source, entry.name), { withFileTypes: true })
          .filter((inner) => inner.isDirectory() && !['sql', 'tests'].includes(inner.name))
          .map((inner) => `${entry.name}/${inner.name}`)
      : [],
  );
  return new Set([...names, ...within]);
};

const map = 'docs/modules.md';
const sections = new Map(
  readFileSync(map, 'utf8')
    .split(/^## /m)
    .map((section) => [
      section.match(/^`([^`]+)`/)?.[1],
      [...section.matchAll(/^ *- `([^`]+)`: \S/gm)].map((line) => line[1]),
    ]),
);
for (const source of [...readdirSync('crates').map((crate) => `crates/${crate}`), 'src']) {
  const [there, lines] = [modules(source === 'src' ? source : `${source}/src`), sections.get(source) ?? []];
  for (const name of there)
    if (!lines.includes(name)) wrong.push(`${map}: ${source}: no line for \`${name}\``);
  for (const [at, name] of lines.entries()) {
    if (!there.has(name)) wrong.push(`${map}: ${source}: \`${name}\` is no module`);
    if (lines.indexOf(name) !== at) wrong.push(`${map}: ${source}: \`${name}\` has two lines`);
  }
}

if (links < 100) wrong.push(`only ${links} links were found`);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`${pages.length} 份文档，${links} 个链接 / ${pages.length} documents, ${links} links`);
