// What a course's state means right now, in one sentence: until when, from when, or why not.
// It must not know how the state looks.
import { codeInWords } from '../api/refusal';
import type { Course } from '../api/types';
import { dayOf, minuteOf, type Day } from '@zaichang/shared/shanghai';
import { shortDay } from '../time/day-words';
import { say } from '../words/say';

export function stateInWords(course: Course, today: Day): string {
  const { state, reason, opens_at } = course;
  if (state === 'open') return say('state.open_until', { time: course.closes });
  if (state === 'full') return say('state.full_text');
  if (state === 'not_open' && opens_at) return opening(opens_at, today);
  if (reason === 'course_over' && course.project.state !== 'closed') {
    return say('state.over_since', { time: course.closes });
  }
  return reason ? codeInWords(reason) : say('state.closed_text');
}

function opening(instant: string, today: Day): string {
  const day = dayOf(instant);
  const time = minuteOf(instant);
  return day === today
    ? say('state.not_open_until', { time })
    : say('state.not_open_until_day', { day: shortDay(day), time });
}
