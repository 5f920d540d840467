// Calendar days in words: "11月21日 星期六". It must not know which day is today.
import { partsOf, type Day } from '@zaichang/shared/shanghai';
import { say, type Word } from '../words/say';

/** "11月21日 星期六" · "Saturday, 21 November" */
export function longDay(day: Day): string {
  return say('day.long', wordsOf(day));
}

/** "11月21日" · "21 November" */
export function shortDay(day: Day): string {
  const { weekday: _, ...rest } = wordsOf(day);
  return say('day.short', rest);
}

/** "周六" · "Sat" */
export function weekdayOf(day: Day): string {
  return say(`weekday_short.${partsOf(day).weekday}` as Word);
}

function wordsOf(day: Day) {
  const parts = partsOf(day);
  return {
    day: parts.day,
    month: say(`month.${parts.month}` as Word),
    weekday: say(`weekday.${parts.weekday}` as Word),
  };
}
