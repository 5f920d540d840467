// The few signs that go with a word, so that nothing is shown by colour alone.
// It must not know in which mood a sign is used.
import type { Sign } from '../notice';
import { shape } from './element';

const round = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';

const strokes: { [sign in Sign]: string } = {
  dots: 'M5 12h.01M12 12h.01M19 12h.01',
  clock: `${round}M12 7v5l3.5 2`,
  scan: 'M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M4 12h16',
  full: 'M8.5 8a3.5 3.5 0 1 0 7 0 3.5 3.5 0 0 0-7 0M5 20a7 7 0 0 1 14 0',
  closed: `${round}M8 12h8`,
  broken: 'M3 9.5a13 13 0 0 1 18 0M6.5 13.2a8 8 0 0 1 11 0M12 18h.01M4 4l16 16',
  ticket: 'M3 7h18v3.2a2 2 0 0 0 0 3.6V17H3v-3.2a2 2 0 0 0 0-3.6ZM14 7v10',
};

export interface SignView {
  node: SVGElement;
  show(sign: Sign): void;
}

export function createSign(): SignView {
  const path = shape('path', {});
  const node = shape('svg', { class: 'sign', viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  node.appendChild(path);
  return { node, show: (sign) => path.setAttribute('d', strokes[sign]) };
}
