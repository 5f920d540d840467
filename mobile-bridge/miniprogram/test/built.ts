// Builds the mini-program once for all tests, without and with location: what is tested is what would be uploaded.

import { build } from '../scripts/build.mjs';
import { AWARD_TEMPLATE, BUILT, BUILT_TO_LOCATE, ORIGIN } from './places.ts';

export default async function built(): Promise<void> {
  const wanted = { origin: ORIGIN, app_id: 'touristappid', award_template: AWARD_TEMPLATE };
  await build({ ...wanted, location: false }, BUILT);
  await build({ ...wanted, location: true }, BUILT_TO_LOCATE);
}
