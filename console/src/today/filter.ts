// The filters of the day's courses: kept in the address, judged here. An address with rubbish shows the plain day.
// It must not know how the filters are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, dayIn, queryOf, textIn } from '../frame/address';
import type { Day } from '../time/shanghai';
import type { Course, CourseState } from '../api/types';

export const states = ['open', 'full', 'not_open', 'closed'] as const satisfies readonly CourseState[];

export interface DayFilter {
  /** Null: today, whatever day that is for the server. */
  on: Day | null;
  text: string;
  state: CourseState | null;
}

export function filterIn(query: LocationQuery): DayFilter {
  return { on: dayIn(query['on']), text: textIn(query['q']), state: choiceIn(query['state'], states) };
}

export function addressOf(filter: DayFilter): LocationQueryRaw {
  return queryOf({ on: filter.on, q: filter.text, state: filter.state });
}

/** The courses that pass, those that need attention now first, otherwise in the server's order. */
export function chosen(courses: readonly Course[], filter: DayFilter): Course[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return courses
    .filter((course) => filter.state === null || course.state === filter.state)
    .filter((course) => words.every((word) => searched(course).includes(word)))
    .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
}

function searched({ title, project, venue, place, lecturer }: Course): string {
  return [title, project.name, project.number, venue, place, lecturer].join('\n').toLowerCase();
}
