// The filters of the day's courses: kept in the address; the search is the server's, the state is judged here. An address
// with invalid values shows today without filters. It must not know how the filters are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, dayIn, queryOf, textIn } from '../frame/address';
import type { Day } from '@zaichang/shared/shanghai';
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

/** The courses in a state, or all of them: those that need attention now first, otherwise in the server's order. */
export function ordered(courses: readonly Course[], state: CourseState | null): Course[] {
  return courses
    .filter((course) => state === null || course.state === state)
    .sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
}
