// The text of a PDF without any space, by pdftotext of poppler-utils: a line's words stand together, however wide the gaps between them
// are. It must not know what is printed.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** @param {string} file */
export async function textOf(file) {
  const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-']);
  return stdout.replaceAll(/\s/g, '');
}
