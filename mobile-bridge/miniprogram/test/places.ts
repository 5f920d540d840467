// What the tests' build is made for, and where it lies: beside dist/ and not over it.

import { join } from 'node:path';

export const ORIGIN = 'https://zc.example';
export const AWARD_TEMPLATE = 'a-template-of-awards';
export const BUILT = join(import.meta.dirname, '../node_modules/.built-for-tests');
/** The same for a deployment that collects distances. */
export const BUILT_TO_LOCATE = `${BUILT}-to-locate`;
