// Refuses npm packages under a licence that is not permissive; the same rule as deny.toml's. Part of `make check`.
import { packages } from './packages.mjs';

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
]);

/** Run here and never handed on, whichever package uses them. @type {Record<string, string>} */
const TOOLS = {
  'axe-core': 'MPL-2.0: the browser tests',
  lightningcss: 'MPL-2.0: vite, when it builds',
  'mdn-data': 'MPL-2.0: the mini-program’s tests',
};

/** `(MIT OR CC0-1.0)`; with AND, each of them. @param {string} licence */
const isAllowed = (licence) =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => one.split(' AND ').every((part) => ALLOWED.has(part.trim())));

/** A package for one kind of machine is named after the one it belongs to. @param {string} name */
const toolOf = (name) => Object.keys(TOOLS).find((tool) => name === tool || name.startsWith(`${tool}-`));

const unused = new Set(Object.keys(TOOLS));
const refused = packages.filter(({ name, license, loaded }) => {
  if (license !== null && isAllowed(license)) return false;
  const tool = toolOf(name);
  if (tool) unused.delete(tool);
  return loaded || !tool;
});

for (const { path, version, license, loaded } of refused)
  console.error(`${path} ${version}: ${license ?? '?'}${loaded ? ' (part of a page)' : ''}`);
for (const tool of unused) console.error(`scripts/npm/licences.mjs: ${tool} is not needed any more`);
if (refused.length > 0 || unused.size > 0) process.exit(1);
console.log(`npm: ${packages.length} packages, ${packages.filter(({ loaded }) => loaded).length} of them in pages`);
