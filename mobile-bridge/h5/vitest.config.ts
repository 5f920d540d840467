// The pages in a simulated document; the server behind them is scripted in test/.
// Real browsers meet these pages in the project's own browser tests.
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  // A busy machine takes its time to lay out a page for the first time.
  test: { name: 'h5', environment: 'jsdom', include: ['test/**/*.test.ts'], testTimeout: 60_000 },
});
