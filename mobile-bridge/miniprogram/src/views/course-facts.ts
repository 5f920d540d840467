// What is said about a course under an answer: title, project, place, and the days and hours where they matter.
// It must not know whether a person is checked in.

import { COURSE, day_words, type Course, type Language } from '@zaichang/core';
import { t } from '../context.ts';
import type { CourseFacts } from './view.ts';

/** As much of a course as an answer names. */
interface NamedCourse {
  title: string;
  project_number: string;
  project_name: string;
  venue?: string | undefined;
  place?: string | undefined;
}

export function course_facts({
  title,
  project_number,
  project_name,
  venue,
  place,
}: NamedCourse): CourseFacts {
  return {
    title,
    project: `${project_number} ${project_name}`,
    place: [venue, place].filter(Boolean).join(' · '),
    rows: [],
  };
}

export function course_times(course: Course, language: Language): CourseFacts['rows'] {
  const words = (day: string): string => day_words(day, language, course.day);
  const days = course.period.map(({ from, to }) =>
    from === to ? words(from) : `${words(from)} – ${words(to)}`,
  );
  return [
    { name: t(COURSE.period), value: days.join('\n') },
    { name: t(COURSE.opening_hours), value: `${course.opens} – ${course.closes}` },
  ];
}
