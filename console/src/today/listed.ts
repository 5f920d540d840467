// The courses of a day, asked for page by page up to where the reader has asked to see.
// It must not sort or narrow them: the order and the search are the server's.
import { answer, api } from '../api/client';
import type { operations } from '@zaichang/shared/openapi';
import type { Course } from '../api/types';
import type { Day } from '@zaichang/shared/shanghai';

/** How many courses a page brings. */
const page = 100;

/** Beyond this the server says no more than that there are more. */
const counted = 10_000;

type DayQuery = NonNullable<operations['courses_of_day']['parameters']['query']>;

export interface Listed {
  on: Day;
  server_now: string;
  items: Course[];
  /** Of all pages; one more than 10,000 stands for more. */
  in_all: number;
  /** Courses that the server could not read: left out. */
  unreadable: number;
  /** Whether courses are left that were not asked for. */
  more: boolean;
}

export interface DayRequest {
  /** Null: today, whatever day that is for the server. */
  on: Day | null;
  text: string;
  pages: number;
}

export async function listed({ on, text, pages }: DayRequest, signal: AbortSignal): Promise<Listed> {
  const items: Course[] = [];
  let after: string | null = null;
  let unreadable = 0;
  for (let n = 1; ; n++) {
    const query: DayQuery = {
      limit: page,
      ...(on === null ? {} : { on }),
      ...(text === '' ? {} : { q: text }),
      ...(after === null ? {} : { after }),
    };
    const day = await answer(api.GET('/api/v1/courses', { params: { query }, signal }));
    items.push(...day.items);
    unreadable += day.unreadable;
    after = day.next ?? null;
    if (after === null || n >= pages) return { ...day, items, unreadable, more: after !== null };
  }
}

/** How many there are, as a person says it: 10,000+ where they were not counted to the end. */
export function inAll(courses: number): string {
  return courses > counted ? `${counted.toLocaleString('en')}+` : String(courses);
}
