// Makes dist/, the folder that WeChat's developer tools open: each page and part as one CommonJS file of ES2018, what
// they share in files beside them, everything else copied. What a build is for comes from the environment (README.md).
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { KIT_ASKS_ONLY, KIT_LICENCE, copy_kit, fit_the_kit, kit_entries, of_the_kit } from './kit.mjs';

const root = join(import.meta.dirname, '..');
const from = join(root, 'src');

/** A build for the development tools of a developer who has no account yet. */
const PLACEHOLDER = { origin: 'http://127.0.0.1:8080', app_id: 'touristappid' };

/** What the environment asks for; a wrong value is refused by name. */
export function wanted(env = process.env) {
  const origin = (env.ZAICHANG_ORIGIN ?? PLACEHOLDER.origin).replace(/\/$/, '');
  if (!/^https?:\/\/[^/]+$/.test(origin))
    throw new Error(`ZAICHANG_ORIGIN is ${origin}: give the service's address without a path, https://host`);
  return {
    origin,
    app_id: env.ZAICHANG_WECHAT_APP_ID ?? PLACEHOLDER.app_id,
    award_template: env.ZAICHANG_WECHAT_AWARD_TEMPLATE ?? '',
    location: env.ZAICHANG_WECHAT_LOCATION === '1',
  };
}

const all_files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

export async function build({ origin, app_id, award_template, location }, to = join(root, 'dist')) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const files = all_files(from);
  // WeChat runs a script for whatever has a page or a part beside it, and the app's own.
  const entries = files.filter(
    (file) =>
      file.endsWith('.ts') && (file === join(from, 'app.ts') || files.includes(file.replace(/ts$/, 'wxml'))),
  );
  const bundle = await rolldown({
    input: {
      ...Object.fromEntries(entries.map((file) => [relative(from, file).replace(/\.ts$/, ''), file])),
      ...kit_entries,
    },
    plugins: [fit_the_kit],
    treeshake: { manualPureFunctions: KIT_ASKS_ONLY, propertyReadSideEffects: false },
    transform: {
      target: 'es2018',
      define: {
        __ORIGIN__: JSON.stringify(origin),
        __AWARD_TEMPLATE__: JSON.stringify(award_template),
        __LOCATION__: JSON.stringify(location),
      },
    },
  });
  await bundle.write({
    dir: to,
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    postBanner: ({ name }) => (name === 'kit' ? KIT_LICENCE : ''),
    codeSplitting: {
      groups: [
        { name: 'core', test: /(core|pages-shared)\/src/ },
        { name: 'kit', test: of_the_kit },
        // What an entry's own file holds stays there: no page may load the app, or another page.
        { name: 'context', test: /miniprogram\/src\/(?!app\.ts|pages\/\w+\/|parts\/)/ },
      ],
    },
  });
  await bundle.close();
  for (const file of files.filter((name) => !name.endsWith('.ts')))
    cpSync(file, join(to, relative(from, file)));
  copy_kit(to);
  write_json(to, 'app.json', { ...read_json(join(from, 'app.json')), ...(location && LOCATION) });
  write_json(to, 'project.config.json', project(app_id));
  return to;
}

/** Declared only where it is used: WeChat refuses what is declared and not, and people are asked for it. */
const LOCATION = {
  requiredPrivateInfos: ['getLocation'],
  permission: { 'scope.userLocation': { desc: '用于确认您在会场签到' } },
};

const project = (appid) => ({
  appid,
  projectname: 'zaichang',
  compileType: 'miniprogram',
  miniprogramRoot: './',
  libVersion: '3.6.0',
  // The files are what is to be run: nothing is compiled a second time.
  setting: {
    es6: false,
    enhance: false,
    postcss: false,
    minified: false,
    urlCheck: true,
    ignoreUploadUnusedFiles: true,
  },
});

const read_json = (file) => JSON.parse(readFileSync(file, 'utf8'));
function write_json(folder, name, value) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  try {
    console.log(relative(process.cwd(), await build(wanted())) || '.');
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : fault);
    process.exit(1);
  }
}
