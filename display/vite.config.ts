// How the venue page is built: old Chromium syntax, one script, one stylesheet, everything else off.
// It must not know the server: addresses, policy and the nonce's value are filled in when the page is served.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/assets/display/',
  plugins: [
    {
      name: 'one-line',
      // Nor the nonce a second time, which Vite leaves for scripts that are loaded later: this page loads none.
      transformIndexHtml: {
        order: 'post',
        handler: (html) =>
          html
            .replace(/<meta property="csp-nonce"[^>]*>/, '')
            .replace(/\s*\n\s*/g, ' ')
            .replace(/ ?\/?> ?/g, '>'),
      },
    },
  ],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'chrome64',
    cssTarget: 'chrome64',
    // Four hundred bytes smaller than the built-in minifier, and the budget is in bytes. Names with a capital inside that no
    // browser knows are shortened too: what is read from the wire must not have one (it has_underscores).
    minify: 'terser',
    terserOptions: {
      ecma: 2018,
      module: true,
      compress: { passes: 6, inline: 1, unsafe_arrows: true },
      mangle: { properties: { regex: /[a-z][A-Z]/ } },
    },
    assetsDir: '',
    modulePreload: false,
    reportCompressedSize: false,
  },
});
