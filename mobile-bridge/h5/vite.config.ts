// Builds the pages the server embeds: hashed files under /assets/h5/, one shell for every address.
// What belongs to the first load is decided here; scripts/size.mjs weighs it.
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/** What a scan does not need at once; everything else is one file: on a slow connection every request costs time. */
const LATER =
  /words\/(refusal|result|claim|inbox|announcements|privacy\.|login|home|registration|records|camera|staff|spot-check|wechat-login|(un)?bind|own-(logins|phone|password))|core\/src\/(fields|claim-api|own-(logins|phone|password)-api|sms-code|wechat-api|person-fields|record-days|scan-code|spot-check|nth-today|consent|held)|pages-shared\/src\/(proof-of-work|plain-text)|src\/(camera\/|inbox\/|announcements\/|wechat\/|registration\/|own(-logins|-phone|-password)?\/|use-(login|form|leaving)|refusal-line|pages\/(?!scan-page)|parts\/(login|form-fields|refusal|staff|course-times|signs-later|spot-notice|after-result|result-who|consent))|styles\/(rows|notice|facts|spot|consent|inbox)|barcode-detector|zxing-wasm/;

const SHARED =
  /parts\/signs-later|styles\/(rows|notice|facts)|wechat\/(stays-out|trip|remember-address)|registration\/address/;
const LOGIN = /parts\/(login|form-fields)|src\/use-(login|form)|words\/login|core\/src\/fields/;

/** Components carry their files' names for developers' tools, which are not used on a phone. */
const nameless: Plugin = {
  name: 'nameless',
  apply: 'build',
  transform: (code, id) => (id.includes('.vue') ? code.replace(/__name: ?['"][\w-]+['"],?\s*/, '') : null),
};

/** The shell's own spaces are in every first load. The server finds its two places in it all the same. */
const tight: Plugin = {
  name: 'tight',
  apply: 'build',
  transformIndexHtml: { order: 'post', handler: (html) => html.replace(/\n\s*/g, '') },
};

export default defineConfig({
  base: '/assets/h5/',
  // Static parts are written inline: a few objects more for each drawing, 300 bytes less to load.
  plugins: [vue({ template: { compilerOptions: { hoistStatic: false } } }), nameless, tight],
  // The server writes a fresh nonce into the shell for each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  // Nothing here is written as `light-dark()`: what would lower it is left out.
  css: { lightningcss: { exclude: 1 << 20 } },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: {
    // Doctors' phones still have web views that have not been updated for years.
    target: ['es2019', 'chrome70', 'safari12'],
    cssTarget: ['chrome70', 'safari12'],
    assetsDir: '',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // A browser keeps a file under its name for good; 36 bits of its content are name enough, and every name is in the first load.
        entryFileNames: '[name]-[hash:6].js',
        chunkFileNames: '[name]-[hash:6].js',
        assetFileNames: '[name]-[hash:6][extname]',
        advancedChunks: {
          groups: [
            { name: 'scan', test: (id) => !LATER.test(id) },
            // Small things that several later pages share are one file, not one each.
            { name: 'shared', test: SHARED },
            { name: 'login-view', test: LOGIN },
            { name: 'wechat', test: /words\/(wechat-login|unbind)|wechat-api|typed-login/ },
          ],
        },
      },
    },
  },
});
