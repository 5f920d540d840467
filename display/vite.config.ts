// How the venue page is built: old Chromium syntax, one script, one stylesheet, everything else off.
// It must not know the server: addresses, policy and the nonce's value are filled in when the page is served.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/assets/display/',
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'chrome64',
    cssTarget: 'chrome64',
    // Two hundred bytes smaller than the built-in minifier, and the budget is in bytes.
    minify: 'terser',
    terserOptions: { ecma: 2017, module: true, compress: { passes: 3, inline: 1 } },
    assetsDir: '',
    modulePreload: false,
    reportCompressedSize: false,
  },
});
