// The whole page: assembles the parts, updates those that a frame concerns, and fits the text when it changed.
// It must not know the connection or the clocks: everything it shows is in the look.
import { createAnnouncer } from '../announcer';
import type { Look } from '../look';
import { actionFor } from '../notice';
import { dayAt } from '../shanghai';
import { createCard } from './card';
import { createCount } from './count';
import { createCourse } from './course';
import { bilingual, element, write } from './element';
import { fit, holds, linesOf, noWider } from './fit';
import { createFoot } from './foot';
import { createPeriod } from './period';
import { createSign } from './signs';
import { createSpotCheck } from './spot-check';

export interface View {
  draw(look: Look): void;
  /** The window changed its size: fold and fit anew. */
  resized(): void;
}

export function createView(body: HTMLElement, mono: () => number, calm: () => boolean): View {
  const card = createCard(calm);
  const course = createCourse();
  const count = createCount();
  const period = createPeriod();
  const spotCheck = createSpotCheck();
  const sign = createSign();
  const action = bilingual('p', 'action');
  action.node.insertBefore(sign.node, action.node.firstChild);
  const foot = createFoot();
  const column = element(
    'div',
    'column',
    spotCheck.node,
    course.node,
    count.node,
    period.node,
    action.node,
    foot.node,
  );
  const live = element('p', 'unseen');
  live.setAttribute('role', 'status');
  const announce = createAnnouncer(mono, ({ zh, en }) => write(live, `${zh} ${en}`));
  body.append(element('main', 'venue', card.node, column), live);

  let seen = '';
  let last: Look | null = null;

  function draw(look: Look): void {
    const { page, mood, now } = (last = look);
    if (body.dataset.mood !== mood) body.dataset.mood = mood;
    card.draw(look);
    count.draw(look);
    spotCheck.draw(look);
    foot.draw(look);
    announce(look);

    const today = now === null ? null : dayAt(now);
    const { attendees, seatsTaken, cap } = page.count || { attendees: 0, seatsTaken: 0, cap: 0 };
    const shape = [mood, today, `${attendees},${seatsTaken}`.length, cap, JSON.stringify(page.course)].join();
    if (shape === seen) return;
    seen = shape;
    const todo = actionFor(look);
    sign.show(todo.sign);
    action.say(todo.action);
    course.show(page.course);
    count.node.hidden = !page.course;
    period.show(page.course, today, daysThatFit());
    fitAll();
  }

  function fitAll(): void {
    const name = course.node.querySelector<HTMLElement>('.name')!;
    const figure = count.node.querySelector<HTMLElement>('.figure')!;
    fit(document.documentElement, 0.5, () => {
      fit(name, 0.7, () => linesOf(name) <= 2 && noWider(name));
      fit(figure, 0.4, () => noWider(figure));
      return holds(column);
    });
  }

  return {
    draw,
    resized() {
      seen = '';
      if (last) draw(last);
    },
  };
}

/** Between 6:5 and 3:2 the column beside the code is narrow. */
function daysThatFit(): number {
  const ratio = innerWidth / innerHeight;
  return ratio > 1.2 && ratio < 1.55 ? 5 : 7;
}
