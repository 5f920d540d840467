// Instants and days as people at the venue read them, in words of both languages.
// It must not know what day it is.

import { dayOf, partsOf, timeOf } from '@zaichang/shared/shanghai';

/** 09:02:13, and 2026-11-21: of an instant, in Shanghai. */
export { dayOf as day_of, timeOf as time_of };

const WEEKDAYS_ZH = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Language = 'zh' | 'en';

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** 11月21日 周六 · Sat 21 Nov, with the year when it is not this one. */
export function day_words(day: string, language: Language, today: string): string {
  const { month, day: date, weekday } = partsOf(day);
  const year = day.slice(0, 4) === today.slice(0, 4) ? '' : day.slice(0, 4);
  if (language === 'zh') return `${year && `${year}年`}${month}月${date}日 ${WEEKDAYS_ZH[weekday]}`;
  return `${WEEKDAYS_EN[weekday]} ${date} ${MONTHS_EN[month - 1]}${year && ` ${year}`}`;
}

/** 2:41 for a countdown; never negative. */
export function minutes_seconds(left_ms: number): string {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
