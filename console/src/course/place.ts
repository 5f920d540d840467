// Where a course is held: the project's venue and the course's own room, each said once.
// It must not know where it is shown.
import type { Course } from '../api/types';

export function placeOf({ venue, place }: Pick<Course, 'venue' | 'place'>): string {
  if (place === '' || venue.includes(place)) return venue;
  return place.includes(venue) ? place : `${venue} · ${place}`;
}
