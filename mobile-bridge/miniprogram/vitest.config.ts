// The built pages in a simulated WeChat: its own WXML compiler and component system, over a document without a screen.
// A real phone meets these pages by the list in README.md.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'miniprogram',
    environment: 'jsdom',
    include: ['test/*.test.ts'],
    globalSetup: ['test/built.ts'],
    // Time in these tests is simulated: only a busy machine takes any.
    testTimeout: 60_000,
  },
});
