// Links between our documents: each file and each section that a link names is there, and every page of docs/operating
// exists in Chinese and in English. Called by scripts/check.sh. Addresses of other sites are not asked.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' })
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
  for (const [, target] of withoutCode(page).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    links += 1;
    const [path, section] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
    if (!existsSync(file)) wrong.push(`${page}: ${target}: no such file`);
    else if (section !== undefined && file.endsWith('.md') && !anchors(file).has(decodeURI(section)))
      wrong.push(`${page}: ${target}: no such section`);
  }
}
for (const page of pages.filter((page) => page.startsWith('docs/operating/') && !page.endsWith('/README.md'))) {
  const other = page.endsWith('.en.md') ? page.replace(/\.en\.md$/, '.md') : page.replace(/\.md$/, '.en.md');
  if (!existsSync(other)) wrong.push(`${page}: ${other} is missing`);
}
if (links < 100) wrong.push(`only ${links} links were found`);
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
console.log(`${pages.length} 份文档，${links} 个链接 / ${pages.length} documents, ${links} links`);
