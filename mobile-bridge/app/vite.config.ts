// Builds the page that a native app opens in its web view: hashed files under /assets/app/, one shell at /app/.
// It supports the same old web views as h5.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/assets/app/',
  // The server writes a fresh nonce into the shell for each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: ['es2019', 'chrome70', 'safari12'],
    cssTarget: ['chrome70', 'safari12'],
    assetsDir: '',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
