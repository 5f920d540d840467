// What a phone's camera sees: a film for Chromium's fake camera, made from a picture of another page.
// It must not know what is in the picture.

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTheEnd } from './ends.js';

/** Frames in a row; the camera plays them over and over. */
const FRAMES = 5;

/** The file is opened when the camera is, so what is filmed last is what it shows from then on. */
export async function startFilm() {
  const dir = await mkdtemp(join(tmpdir(), 'zaichang-film-'));
  atTheEnd(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'film.mjpeg');
  return {
    path,
    async shoot(/** @type {import('playwright-core').Page} */ page) {
      const frame = await page.screenshot({ type: 'jpeg', quality: 95 });
      await writeFile(`${path}.new`, Buffer.concat(Array(FRAMES).fill(frame)));
      await rename(`${path}.new`, path);
    },
  };
}
