// The pages' own code against the real server, with its own Postgres and Redis; only WeChat itself is simulated.
// Not among the quick tests: it needs the server's binary (ZAICHANG_BIN, else the newest build).
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['test/server/**/*.test.ts'],
    globalSetup: ['test/server/real.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
