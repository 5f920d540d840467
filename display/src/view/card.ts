// The card: the code on white with its quiet zone and the ring that runs down, or the notice in its place.
// It must not know why there is no code: it draws the look it is given, and removes what is not in it.
import type { Look } from '../look';
import { type Notice, noticeFor } from '../notice';
import type { Code } from '../protocol';
import { words } from '../words';
import { type Bilingual, bilingual, element, shape, write } from './element';
import { createSign } from './signs';

const QUIET_MODULES = 4;
/** The ring in its own units: a square of this side with rounded corners, begun at the top's middle. */
const SIDE = 100;
const CORNER = 2.4;
const straight = SIDE - 2 * CORNER;
const RING_LENGTH = 4 * straight + 2 * Math.PI * CORNER;

export interface CardView {
  node: HTMLElement;
  draw(look: Look): void;
}

export function createCard(calm: () => boolean): CardView {
  const ring = createRing();
  const notice = createNotice();
  const face = element('div', 'face');
  const node = element('section', 'card', ring.node, face);
  let drawn: Code | null = null;

  return {
    node,
    draw(look) {
      if (look.code !== drawn) {
        drawn = look.code;
        face.textContent = '';
        if (drawn) face.appendChild(picture(drawn));
      }
      const said = drawn ? null : noticeFor(look);
      if (said) notice.say(said);
      if (said && !notice.node.parentNode) face.appendChild(notice.node);
      if (!said && notice.node.parentNode) face.removeChild(notice.node);
      node.classList.toggle('white', !said);
      // Where motion is not wanted the ring moves in seconds, as a clock does.
      const left = look.code && calm() ? inSeconds(look.left, look.code) : look.left;
      ring.show(look.code ? left : 0);
    },
  };
}

function inSeconds(left: number, { validFrom, validUntil }: Code): number {
  const seconds = (validUntil - validFrom) / 1000;
  return Math.ceil(left * seconds) / seconds;
}

function picture({ size, path }: Code): SVGElement {
  const whole = size + 2 * QUIET_MODULES;
  const svg = shape('svg', {
    class: 'code',
    viewBox: `${-QUIET_MODULES} ${-QUIET_MODULES} ${whole} ${whole}`,
    'shape-rendering': 'crispEdges',
    role: 'img',
    'aria-label': `${words.codeLabel.zh} ${words.codeLabel.en}`,
  });
  svg.appendChild(shape('path', { d: path }));
  return svg;
}

function createRing() {
  const arc = `a${CORNER} ${CORNER} 0 0 1 `;
  const d =
    `M${SIDE / 2} 0h${straight / 2}${arc}${CORNER} ${CORNER}v${straight}${arc}${-CORNER} ${CORNER}` +
    `h${-straight}${arc}${-CORNER} ${-CORNER}v${-straight}${arc}${CORNER} ${-CORNER}z`;
  const run = shape('path', { class: 'run', d, 'stroke-dasharray': String(RING_LENGTH) });
  const node = shape('svg', {
    class: 'ring',
    viewBox: `-1 -1 ${SIDE + 2} ${SIDE + 2}`,
    'aria-hidden': 'true',
  });
  node.append(shape('path', { class: 'track', d }), run);
  let shown = -1;
  return {
    node,
    show(left: number): void {
      const offset = Math.round((1 - left) * RING_LENGTH * 10) / 10;
      if (offset !== shown) run.setAttribute('stroke-dashoffset', String((shown = offset)));
    },
  };
}

function createNotice() {
  const sign = createSign();
  const title = bilingual('h2', 'title');
  const days = bilingual('span', 'days');
  const clock = element('span', 'clock');
  const figures = element('p', 'figures', days.node, clock);
  const details: Bilingual[] = [bilingual('p', 'detail'), bilingual('p', 'detail')];
  return {
    node: element('div', 'notice', sign.node, title.node, figures, ...details.map((detail) => detail.node)),
    say(notice: Notice): void {
      sign.show(notice.sign);
      title.say(notice.title);
      figures.hidden = !notice.clock;
      days.node.hidden = !notice.days;
      if (notice.days) days.say(notice.days);
      write(clock, notice.clock || '');
      details.forEach((detail, i) => {
        const said = notice.details[i];
        detail.node.hidden = !said;
        if (said) detail.say(said);
      });
    },
  };
}
