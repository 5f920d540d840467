// The spot check: a band beside the code, which keeps its size, asks all present for a second scan and counts down.
// It must not know when it begins or ends: it shows while the mood says so.
import type { Look } from '../look';
import { untilThen } from '../shanghai';
import { words } from '../words';
import { bilingual, element, write } from './element';
import { createSign } from './signs';

export interface SpotCheckView {
  node: HTMLElement;
  draw(look: Look): void;
}

export function createSpotCheck(): SpotCheckView {
  const sign = createSign();
  const asked = bilingual('p', '');
  const clock = element('p', 'clock');
  const node = element('section', 'band', sign.node, asked.node, clock);
  sign.show('scan');
  asked.say(words.spotCheck);

  return {
    node,
    draw({ mood, closesIn }) {
      node.hidden = mood !== 'spot_check';
      write(clock, untilThen(closesIn).rest.slice(3));
    },
  };
}
