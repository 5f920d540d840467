// The bridge in a simulated document, with a scripted host on its other side.
// Real web views meet it in the project's own browser tests, and in conformance/.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'app', environment: 'jsdom', include: ['test/**/*.test.ts'] },
});
