// Every page's unit tests in one run; `npm test --workspace NAME` runs one page's. Each says in a file of its own what it needs.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'pages-shared',
      'display',
      'console',
      'mobile-bridge/core',
      'mobile-bridge/h5',
      'mobile-bridge/app',
      'mobile-bridge/miniprogram',
    ],
  },
});
