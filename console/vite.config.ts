// How the console is built: hashed files under /assets/console/, an index.html that waits for the server's nonce.
// It must not know where the server runs, except for the address that `npm run dev` hands the API calls to.
import { defineConfig } from 'vitest/config';
import vue from '@vitejs/plugin-vue';

export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/assets/console/' : '/console/',
  plugins: [vue()],
  // Only the built page is served by the server that writes a nonce in this word's place.
  ...(command === 'build' ? { html: { cspNonce: '__CSP_NONCE__' } } : {}),
  build: {
    // Hospital desktops run 360 and QQ browsers on Chromium of this age.
    target: ['chrome87', 'edge88', 'firefox90', 'safari14.1'],
    assetsDir: '',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
