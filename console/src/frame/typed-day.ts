// What a date field means while it is typed into. Browsers report every key: year 0002 is the beginning of 2026.
// It must not know the field.
import { isDay, type Day } from '@zaichang/shared/shanghai';

export const earliest: Day = '1950-01-01';
export const latest: Day = '2099-12-31';

/** The day; null where the field was emptied and may be; undefined while the day is half typed. */
export function dayMeant(text: string, halfTyped: boolean, mayBeEmpty: boolean): Day | null | undefined {
  if (text === '') return mayBeEmpty && !halfTyped ? null : undefined;
  return isDay(text) && text >= earliest && text <= latest ? text : undefined;
}
