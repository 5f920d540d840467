// What the pages' sources must not say beyond what compiles: mistakes, Vue's traps, and what keeps people from using a page
// by keyboard or by ear. Layout is prettier's.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier/flat';
import vue from 'eslint-plugin-vue';
import accessibility from 'eslint-plugin-vuejs-accessibility';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';

/** The pages' workspace; the rest of the repository is not JavaScript. */
const PAGES = ['pages-shared', 'display', 'mobile-bridge', 'console', 'tests/e2e'];
const SOURCES = '{js,mjs,ts,vue}';

const TABLE_ROLES = {
  table: ['table'],
  thead: ['rowgroup'],
  tbody: ['rowgroup'],
  tr: ['row'],
  th: ['columnheader'],
  td: ['cell'],
};

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', 'pages-shared/src/openapi.ts'] },
  {
    files: [`*.config.${SOURCES}`, ...PAGES.map((folder) => `${folder}/**/*.${SOURCES}`)],
    extends: [js.configs.recommended, typescript.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // The compiler refuses names that do not exist and what is not used.
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      // `== null`: neither null nor undefined.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended'], accessibility.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    rules: {
      // Props are typed, and what may be missing says so in its type.
      'vue/require-default-prop': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      // The pages' policy lets no style attribute in.
      'vue/no-static-inline-styles': 'error',
      'vue/no-undef-components': ['error', { ignorePatterns: ['RouterLink', 'RouterView'] }],
      // A label around its field, or one that names it.
      'vuejs-accessibility/label-has-for': [
        'error',
        { required: { some: ['nesting', 'id'] }, controlComponents: ['ElInput', 'ElSwitch'] },
      ],
      // A table that is drawn as cards on a phone (display: block) is one to readers of screens by its roles alone.
      'vuejs-accessibility/no-redundant-roles': ['error', TABLE_ROLES],
      'vue/no-unused-refs': 'error',
      'vue/define-macros-order': 'error',
    },
  },
  {
    // The phone's pages are written in snake_case throughout.
    files: ['mobile-bridge/**/*.vue'],
    rules: { 'vue/prop-name-casing': ['error', 'snake_case'] },
  },
  {
    // Programs of the workspace itself, which speak on the terminal.
    files: ['**/scripts/**', '**/conformance/**', '**/host/**', 'tests/e2e/**', '**/*.config.*'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off' },
  },
  prettier,
);
