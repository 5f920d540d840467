// Reads what the console exports: CSV as rows of cells, and the two parts of an XLSX that hold its cells.
// It must not know which columns there are.

import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** @param {string} path @returns {Promise<string[][]>} */
export async function readCsv(path) {
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  const rows = [];
  /** @type {string[]} */ let row = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}

/** How many rows the first sheet has, and every text in all of them. @param {string} path */
export async function readXlsx(path) {
  const parts = unzip(await readFile(path));
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  const shared = parts.get('xl/sharedStrings.xml') ?? '';
  const details = parts.get('xl/worksheets/sheet2.xml') ?? '';
  const texts = [...`${shared}${sheet}${details}`.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(
    ([, text = '']) => text,
  );
  return {
    rows: [...sheet.matchAll(/<row /g)].length,
    texts,
    formulas: `${sheet}${details}`.includes('<f>'),
  };
}

/** By the directory at the file's end. @param {Buffer} file @returns {Map<string, string>} */
function unzip(file) {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'));
  const parts = new Map();
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, name, extra, comment] = [20, 28, 30, 32].map((offset) =>
      offset === 20 ? file.readUInt32LE(at + offset) : file.readUInt16LE(at + offset),
    );
    const path = file.toString('utf8', at + 46, at + 46 + Number(name));
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const data = file.subarray(start, start + Number(packed));
    parts.set(path, (file.readUInt16LE(at + 10) === 0 ? data : inflateRawSync(data)).toString());
    at += 46 + Number(name) + Number(extra) + Number(comment);
  }
  return parts;
}
