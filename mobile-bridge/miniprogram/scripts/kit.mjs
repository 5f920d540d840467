// Which components of TDesign the pages stand on, and what of each goes into a build: its script is bundled like our own,
// its other files are copied with what they refer to. No file of TDesign is in the repository.
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const home = dirname(createRequire(import.meta.url).resolve('tdesign-miniprogram/package.json'));
const from = join(home, 'miniprogram_dist');

/** Whatever is not named here is left out, also where one of these would use it: WeChat then never draws it. */
const USED = ['button', 'cell', 'cell-group', 'input', 'loading'];

/** TDesign's icons are a font of two thousand signs that comes from a host of its own: ours stand in their place. */
const OURS = { 't-icon': '/parts/sign/sign' };

/** What the parts' files refer to. */
const SHARED = ['common/template/icon.wxml', 'common/utils.wxs', 'common/style/index.wxss'];

/** A part's name is both its folder's and its files'. */
const part = (name, kind) => `${name}/${name}.${kind}`;

export const kit_entries = Object.fromEntries(
  USED.map((name) => [`tdesign/${name}/${name}`, join(from, part(name, 'js'))]),
);

/** For the bundler: the device check has no side effect, so it is dropped where its result is unused. */
export const KIT_ASKS_ONLY = ['getWindowInfo', 'getAppBaseInfo', 'getDeviceInfo'];

/** Where WeChat drops files that nothing loads, this is what stays of the licence. */
export const KIT_LICENCE =
  '/*! TDesign MiniProgram, Copyright (c) 2021-present TDesign, MIT License: tdesign/LICENSE.txt */';

/** What its parts share, for one file beside them. */
export const of_the_kit = /tdesign-miniprogram\/miniprogram_dist\/common|node_modules\/tslib/;

/** What of its scripts does not suit us: another version that says it otherwise fails the build. */
const OTHERWISE = {
  // A field's text is the keyboard's while it is typed in: written back, a slow phone would lose letters.
  'input/input.js': [/(keyCode:\w+\}=e\.detail;)this\.updateValue\((\w+)\)/, '$1this.data.value=$2'],
  // No code here needs to know which device this is.
  'common/utils.js': [/export const isPC=[^;]*;/, ''],
};

/** For the bundler: puts ours in place of theirs. */
export const fit_the_kit = {
  name: 'fit-the-kit',
  transform(code, id) {
    const file = id.startsWith(from) ? id.slice(from.length + 1) : '';
    if (!(file in OTHERWISE)) return null;
    const [theirs, ours] = OTHERWISE[file];
    if (!theirs.test(code))
      throw new Error(`TDesign's ${file} has changed: look at OTHERWISE in scripts/kit.mjs and adapt it`);
    return code.replace(theirs, ours);
  },
};

/** Everything but the scripts, into the folder that a build goes to. */
export function copy_kit(to) {
  const folder = join(to, 'tdesign');
  const files = USED.flatMap((name) => readdirSync(join(from, name)).map((file) => `${name}/${file}`));
  for (const file of [...SHARED, ...files.filter((name) => /\.(wxml|wxss|wxs)$/.test(name))]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(from, file), join(folder, file));
  }
  for (const name of USED) {
    const declared = JSON.parse(readFileSync(join(from, part(name, 'json')), 'utf8'));
    declared.usingComponents = Object.fromEntries(
      Object.entries(declared.usingComponents ?? {})
        .map(([tag, path]) => [tag, OURS[tag] ?? path])
        .filter(([tag]) => tag in OURS || USED.includes(tag.replace(/^t-/, ''))),
    );
    writeFileSync(join(folder, part(name, 'json')), `${JSON.stringify(declared, null, 2)}\n`);
  }
  cpSync(join(home, 'LICENSE'), join(folder, 'LICENSE.txt'));
}
