// The declared period as a row of days with today filled; a long one is folded, the line above shows it whole.
// It must not know whether today is open.
import { daysOf, foldedRow } from '../period';
import type { Course } from '../protocol';
import { type Day, dayParts } from '../shanghai';
import { weekday, words } from '../words';
import { bilingual, element } from './element';

export interface PeriodView {
  node: HTMLElement;
  show(course: Course | null, today: Day | null, room: number): void;
}

export function createPeriod(): PeriodView {
  const label = bilingual('h2', 'label');
  const span = element('p', 'span');
  const row = element('ol', 'days');
  const node = element('section', 'period', element('div', 'labels', label.node, span), row);
  label.say(words.period);

  return {
    node,
    show(course, today, room) {
      const days = course ? daysOf(course.period) : [];
      node.hidden = days.length === 0;
      if (!course || days.length === 0) return;
      span.textContent = spanOf(course, days);
      row.textContent = '';
      const cells = foldedRow(days, today ?? days[0]!, room);
      cells.forEach((cell, i) =>
        row.appendChild(cell === 'fold' ? fold() : dayCell(cell, cells[i - 1], today)),
      );
    },
  };
}

/** `11/20 – 12/3 · 07:00–18:00`: figures, the same in both languages. */
function spanOf({ opens, closes }: Course, days: Day[]): string {
  const ends = [days[0]!, days[days.length - 1]!].map(monthAndDate);
  const range = ends[0] === ends[1] ? ends[0]! : ends.join(' – ');
  const allDay = !opens || !closes || (opens === '00:00' && closes === '24:00');
  return allDay ? range : `${range} · ${opens}–${closes}`;
}

function monthAndDate(day: Day): string {
  const { month, date } = dayParts(day);
  return `${month}/${date}`;
}

function fold(): HTMLElement {
  const cell = element('li', 'fold', '…');
  cell.setAttribute('aria-hidden', 'true');
  return cell;
}

function dayCell(day: Day, before: Day | 'fold' | undefined, today: Day | null): HTMLElement {
  const parts = dayParts(day);
  const newMonth = typeof before !== 'number' || dayParts(before).month !== parts.month;
  const name = day === today ? words.today : weekday(parts.weekday);
  const en = element('span', 'en', name.en);
  en.lang = 'en';
  const cell = element(
    'li',
    'day',
    element('span', 'zh', name.zh),
    ' ',
    element('span', 'date', newMonth ? monthAndDate(day) : String(parts.date)),
    ' ',
    en,
  );
  if (day === today) {
    cell.classList.add('today');
    cell.setAttribute('aria-current', 'date');
  } else if (today !== null && day < today) {
    cell.classList.add('past');
  }
  return cell;
}
