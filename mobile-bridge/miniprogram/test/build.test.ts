// What would be uploaded: pages that are there, declarations that are true, scripts that old phones can run.

import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { build, wanted } from '../scripts/build.mjs';
import { BUILT } from './places.ts';

const folder = mkdtempSync(join(tmpdir(), 'zaichang-miniprogram-'));
afterAll(() => rmSync(folder, { recursive: true }));

const json = (at: string, file: string) => JSON.parse(readFileSync(join(at, file), 'utf8'));
const files = readdirSync(BUILT, { recursive: true, encoding: 'utf8' });
const scripts = files.filter((file) => file.endsWith('.js'));
const text_of = (file: string) => readFileSync(join(BUILT, file), 'utf8');

it('has every page it names, with all four of its files', () => {
  for (const page of json(BUILT, 'app.json').pages)
    for (const kind of ['js', 'json', 'wxml', 'wxss'])
      expect(statSync(join(BUILT, `${page}.${kind}`)).size).toBeGreaterThan(0);
});

it('is checked for privacy by WeChat, follows light and dark, and declares no location', () => {
  const app = json(BUILT, 'app.json');
  expect(app).toMatchObject({ __usePrivacyCheck__: true, darkmode: true, themeLocation: 'theme.json' });
  expect(app).not.toHaveProperty('requiredPrivateInfos');
  expect(app).not.toHaveProperty('permission');
});

it('declares the location where a build asks for it', async () => {
  await build(wanted({ ZAICHANG_WECHAT_LOCATION: '1', ZAICHANG_ORIGIN: 'https://zc.example/' }), folder);
  expect(json(folder, 'app.json').requiredPrivateInfos).toEqual(['getLocation']);
  expect(readFileSync(join(folder, 'shared/context.js'), 'utf8')).toContain('https://zc.example');
});

it.each(['zc.example', 'https://zc.example/path', 'ftp://zc.example'])(
  'refuses the address %s by name',
  (origin) => {
    expect(() => wanted({ ZAICHANG_ORIGIN: origin })).toThrow('ZAICHANG_ORIGIN');
  },
);

it('is for no account in particular unless the environment says so', () => {
  expect(json(BUILT, 'project.config.json')).toMatchObject({ appid: 'touristappid', miniprogramRoot: './' });
});

describe('TDesign’s parts', () => {
  const jsons = files.filter((file) => /^(pages|parts|tdesign)\/.*\.json$/.test(file));

  it('are all there that anything uses, and none that nothing does', () => {
    const used = jsons.flatMap((file) =>
      Object.values(json(BUILT, file).usingComponents ?? {}).map((path) =>
        relative('/', resolve('/', dirname(file), String(path))),
      ),
    );
    for (const part of used)
      for (const kind of ['js', 'json', 'wxml', 'wxss'])
        expect(statSync(join(BUILT, `${part}.${kind}`)).size).toBeGreaterThan(0);
    for (const file of files.filter((name) => /^tdesign\/[^/]+\/[^/]+\.json$/.test(name)))
      expect(used).toContain(file.replace('.json', ''));
  });

  it('find every file they refer to', () => {
    for (const file of files.filter((name) => /\.(wxml|wxss)$/.test(name)))
      for (const [, path] of text_of(file).matchAll(/(?:src=|@import )["']([^"'{]+)["']/g))
        expect(statSync(resolve(BUILT, dirname(file), String(path))).isFile()).toBe(true);
  });

  it('bring no file from anywhere else, such as a font of icons', () => {
    for (const file of files.filter((name) => /\.(wxml|wxss|wxs)$/.test(name)))
      expect(text_of(file).replace(/http:\/\/www\.w3\.org\/2000\/svg/g, '')).not.toMatch(/https?:|url\(\/\//);
  });

  it('come with their licence', () => {
    expect(text_of('tdesign/LICENSE.txt')).toContain('MIT License');
    expect(text_of('shared/kit.js')).toMatch(/^\/\*! TDesign .*MIT License/);
  });
});

/** Syntax that came after ES2018, by the name of its node. */
function newer_syntax(text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const optional = 'questionDotToken' in node && node.questionDotToken !== undefined;
    const bare_catch = ts.isCatchClause(node) && node.variableDeclaration === undefined;
    const modules =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isExportAssignment(node);
    if (optional || bare_catch || modules || NEWER.has(node.kind)) found.push(ts.SyntaxKind[node.kind]);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile('built.js', text, ts.ScriptTarget.ESNext, true));
  return found;
}

const NEWER = new Set([
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.PrivateIdentifier,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.ImportKeyword,
]);

it('knows newer syntax when it sees it', () => {
  expect(newer_syntax('a?.b; a ?? b; try {} catch {} ; import("x"); a ? .86 : 1')).toHaveLength(4);
});

it('runs as plain ES2018 CommonJS, and asks for nothing that the privacy page does not name', () => {
  for (const file of scripts) {
    const text = readFileSync(join(BUILT, file), 'utf8');
    expect(newer_syntax(text)).toEqual([]);
    expect(text).not.toMatch(/getLocation|getFuzzyLocation|ClipboardData|chooseContact|startBeacon/);
  }
});

it('loads no page from another one', () => {
  for (const file of scripts) {
    const loaded = [...readFileSync(join(BUILT, file), 'utf8').matchAll(/require\(["'`]([^"'`]+)/g)];
    for (const [, path] of loaded) expect(path).toMatch(/(shared\/\w+|\.\/\w+)\.js$/);
  }
});
