// Today's head count in huge figures, the records under it; where there is a cap, what it counts: people of the whole period.
// It must not know how counts arrive; yesterday's count is never shown as today's.
import type { Look } from '../look';
import { dayAt } from '../shanghai';
import { inAll, words } from '../words';
import { bilingual, element, write } from './element';

export interface CountView {
  node: HTMLElement;
  draw(look: Look): void;
}

export function createCount(): CountView {
  const label = bilingual('h2', 'label');
  const full = bilingual('span', 'chip');
  const attendees = element('span', 'attendees');
  const seats = bilingual('span', 'seats');
  const checkIns = element('span', 'number');
  const recordsWord = bilingual('span', 'unit');
  const records = element('p', 'records', checkIns, ' ', recordsWord.node);
  label.say(words.headCount);
  full.say(words.capReached);
  recordsWord.say(words.records);

  return {
    node: element(
      'section',
      'count',
      element('div', 'labels', label.node, full.node),
      element('p', 'figure', attendees, seats.node),
      records,
    ),
    draw({ page, mood, now }) {
      const known = page.count;
      const count = known && (now === null || dayAt(known.at) === dayAt(now)) ? known : null;
      const most = known ? known.cap : page.course && page.course.cap;
      write(attendees, count ? String(count.attendees) : '–');
      seats.node.hidden = most === null;
      seats.say(inAll(`${known && known.seatsTaken !== null ? known.seatsTaken : '–'}/${most}`));
      write(checkIns, count ? String(count.checkIns) : '–');
      full.node.hidden = mood !== 'full';
    },
  };
}
