// Coordinates as organisers paste them from a map: two numbers in either order, as 高德 writes the longitude first and 腾讯
// the latitude. Within China the two cannot be mixed up. It must not know the field.
import type { Course } from '../api/types';

export type Location = NonNullable<Course['location']>;

const within = (value: number, least: number, most: number): boolean => value >= least && value <= most;
const isLatitudeOfChina = (value: number): boolean => within(value, 3, 54);
const isLongitudeOfChina = (value: number): boolean => within(value, 73, 136);

/** Null when these are no coordinates. */
export function locationMeant(text: string): Location | null {
  const numbers = text
    .replace(/[°]/g, '')
    .split(/[\s,，;；]+/)
    .filter(Boolean);
  const [first, second] = numbers.map(Number);
  if (numbers.length !== 2 || first === undefined || second === undefined) return null;
  const isTurned = isLongitudeOfChina(first) && isLatitudeOfChina(second);
  const [latitude, longitude] = isTurned ? [second, first] : [first, second];
  return within(latitude, -90, 90) && within(longitude, -180, 180) ? { latitude, longitude } : null;
}

export const locationWritten = (location: Location | null | undefined): string =>
  location ? `${location.latitude}, ${location.longitude}` : '';
