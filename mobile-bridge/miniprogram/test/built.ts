// Builds the mini-program once for all tests: what is tested is what would be uploaded.

import { build } from '../scripts/build.mjs';
import { AWARD_TEMPLATE, BUILT, ORIGIN } from './places.ts';

export default async function built(): Promise<void> {
  await build(
    { origin: ORIGIN, app_id: 'touristappid', award_template: AWARD_TEMPLATE, location: false },
    BUILT,
  );
}
