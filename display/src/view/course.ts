// The head of the column: project number and name, course, venue and this screen's place.
// It must not know the state of the check-in.
import type { Course } from '../protocol';
import { words } from '../words';
import { bilingual, element, write } from './element';

export interface CourseView {
  node: HTMLElement;
  show(course: Course | null): void;
}

export function createCourse(): CourseView {
  const number = element('p', 'number');
  const name = element('h1', 'name');
  const title = element('p', 'title');
  const where = element('p', 'where');
  const purpose = bilingual('p', 'purpose');
  purpose.say(words.purpose);

  return {
    node: element('header', 'course', number, name, title, where, purpose.node),
    show(course) {
      purpose.node.hidden = course !== null;
      write(number, course ? course.projectNumber : words.brand.en);
      write(name, course ? course.projectName || course.title : words.brand.zh);
      write(title, course && course.projectName ? course.title : '');
      write(where, course ? [course.venue, course.place].filter(Boolean).join(' · ') : '');
      document.title = course ? `${course.title} · ${words.brand.zh}` : words.brand.zh;
    },
  };
}
