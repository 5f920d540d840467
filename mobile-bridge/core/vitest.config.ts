// The core runs in Node alone: whatever it needs of a platform is faked in test/.
// It must not need a browser, nor a server.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'core', include: ['test/**/*.test.ts'] },
});
