// Four suites: core in plain Node over a fake platform, h5 and app in a simulated document, miniprogram in a simulated
// WeChat.
// Each folder says in a file of its own what it needs.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { projects: ['core', 'h5', 'app', 'miniprogram'] },
});
