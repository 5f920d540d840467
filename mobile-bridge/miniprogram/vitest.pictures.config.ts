// Not a test: writes each state of each page as HTML, to be looked at in a browser (scripts/pictures.mjs).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { environment: 'jsdom', include: ['test/pictures.ts'], globalSetup: ['test/built.ts'] },
});
