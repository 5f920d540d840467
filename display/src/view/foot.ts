// The foot: the time by the server's clock, and the state of the connection as a dot and a word.
// It must not know the local clock.
import type { Look } from '../look';
import type { Line } from '../page';
import { dayAt, dayParts, timeOfDay } from '../shanghai';
import { date, weekday, type Words, words } from '../words';
import { bilingual, element, write } from './element';

const lines: { [line in Line]: Words } = {
  connecting: words.connecting,
  up: words.online,
  lost: words.down,
  refused: words.offline,
  ended: words.offline,
};

export interface FootView {
  node: HTMLElement;
  draw(look: Look): void;
}

export function createFoot(): FootView {
  const clock = element('span', 'clock');
  const today = bilingual('span', 'date');
  const line = bilingual('p', 'line');
  line.node.insertBefore(element('span', 'dot'), line.node.firstChild);

  return {
    node: element('footer', 'foot', element('p', 'time', clock, ' ', today.node), line.node),
    draw({ page, now }) {
      write(clock, now === null ? '--:--:--' : timeOfDay(now));
      today.say(now === null ? { zh: '', en: '' } : dateOf(now));
      line.say(lines[page.line]);
      if (line.node.dataset.line !== page.line) line.node.dataset.line = page.line;
    },
  };
}

function dateOf(now: number): Words {
  const parts = dayParts(dayAt(now));
  const on = date(parts);
  const day = weekday(parts.weekday);
  return { zh: `${on.zh} ${day.zh}`, en: `${day.en} ${on.en}` };
}
