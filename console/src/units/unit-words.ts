// What a unit is and where it lies, in words. It must not draw anything.
import type { Unit } from '../api/types';
import { dayOf } from '@zaichang/shared/shanghai';
import { say } from '../words/say';

/** From the province down, as one word. */
export function divisionInWords({ division }: Pick<Unit, 'division'>): string {
  return division.map(({ name }) => name).join('') || say('units.no_division');
}

/** The names that it had, with the day until which each was its name. */
export function earlierInWords({ earlier_names: names }: Pick<Unit, 'earlier_names'>): string {
  const inWords = names.map(({ name, until }) =>
    until ? say('units.until', { name, day: dayOf(until) }) : name,
  );
  return inWords.join(say('frame.list_gap'));
}
