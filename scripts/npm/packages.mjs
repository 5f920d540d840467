// What package-lock.json brings, and which of it is part of a page that people load. It must not judge it.
import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** @type {Record<string, { license?: string, link?: boolean, resolved?: string, optional?: boolean, version?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }>} */
const locked = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')).packages;

/** The workspaces whose dependencies people load; those of the browser tests stay here. */
const PAGES = [
  'pages-shared',
  'display',
  'mobile-bridge/core',
  'mobile-bridge/h5',
  'mobile-bridge/app',
  'mobile-bridge/miniprogram',
  'console',
];

/** `node_modules/glob/node_modules/minimatch`, as a file of `from` would find it. @param {string} from @param {string} name */
function found(from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    const one = locked[path];
    if (one) return one.link ? (one.resolved ?? path) : path;
    if (at === '') return null;
  }
}

/** @type {Set<string>} */ const loaded = new Set();
const reach = (/** @type {string} */ path) => {
  if (loaded.has(path)) return;
  loaded.add(path);
  const { dependencies, optionalDependencies, peerDependencies } = locked[path] ?? {};
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
    const next = found(path, name);
    if (next !== null) reach(next);
  }
};
for (const page of PAGES) {
  if (!locked[page]) throw new Error(`package-lock.json has no workspace ${page}`);
  reach(page);
}

/** Of others: `path` as in package-lock.json, `loaded` if it is part of a page. The lock leaves out an old way to name a licence. */
export const packages = Object.entries(locked)
  .filter(([path, { link }]) => path.includes('node_modules/') && !link)
  .map(([path, { license, version }]) => ({
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version,
    license: license ?? oldLicence(path),
    loaded: loaded.has(path),
  }));

/** @param {string} path @returns {string | null} */
function oldLicence(path) {
  try {
    const { licenses } = JSON.parse(readFileSync(new URL(`${path}/package.json`, root), 'utf8'));
    return licenses.map((/** @type {{ type: string }} */ { type }) => type).join(' OR ');
  } catch {
    return null;
  }
}
