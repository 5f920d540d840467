// Known weaknesses of npm packages, as the registry tells them: any in a page that people load, and grave ones in our tools.
// A registry that cannot be reached, or that does not tell, is no weakness. Part of `make check`.
import { spawnSync } from 'node:child_process';
import { packages } from './packages.mjs';

const GRAVE = ['high', 'critical'];
/** Short: a reader waits, and is told what is wrong with the connection. */
const PATIENCE = ['--fetch-retries=1', '--fetch-timeout=20000'];

const { stdout, stderr } = spawnSync('npm', ['audit', '--json', ...PATIENCE], { encoding: 'utf8' });

/** @returns {Record<string, { severity: string, nodes: string[], via: (string | { title: string, url: string })[] }> | null} */
function vulnerabilities() {
  try {
    return JSON.parse(stdout).vulnerabilities ?? null;
  } catch {
    return null;
  }
}

const weaknesses = vulnerabilities();
if (weaknesses === null) {
  const why = `${stdout}\n${stderr}`.match(/"(?:summary|message)": "([^"]+)"|npm (?:error|ERR!) (.+)/);
  console.log(`仓库未提供安全公告，已跳过 / the registry tells no known weaknesses: skipped (${why?.[1] ?? why?.[2] ?? 'no answer'})`);
  process.exit(0);
}

const loaded = new Set(packages.filter((one) => one.loaded).map(({ path }) => path));
let refused = 0;
for (const [name, { severity, nodes, via }] of Object.entries(weaknesses)) {
  const isLoaded = nodes.some((path) => loaded.has(path));
  const isRefused = isLoaded || GRAVE.includes(severity);
  if (isRefused) refused += 1;
  const what = via.map((one) => (typeof one === 'string' ? one : `${one.title} ${one.url}`)).join('; ');
  console.log(`${isRefused ? '✗' : '·'} ${name} (${severity}${isLoaded ? ', part of a page' : ''}): ${what}`);
}
if (refused > 0) process.exit(1);
console.log(`npm: ${Object.keys(weaknesses).length} known weaknesses, none refused`);
