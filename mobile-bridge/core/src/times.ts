// Instants as people at the venue read them: Asia/Shanghai, to the second.
// By arithmetic and not by Intl: Shanghai has kept UTC+8 without summer time since 1992, and old web views lack zones.

const SHANGHAI_MS = 8 * 3600 * 1000;
const WEEKDAYS_ZH = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export type Language = 'zh' | 'en';

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

function shanghai(instant: string | number): Date {
  const unix_ms = typeof instant === 'number' ? instant : Date.parse(instant);
  return new Date(unix_ms + SHANGHAI_MS);
}

/** 09:02:13 */
export function time_of(instant: string | number): string {
  const at = shanghai(instant);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** 2026-11-21, the calendar day in Shanghai. */
export function day_of(instant: string | number): string {
  const at = shanghai(instant);
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

/** 11月21日 周六 · Sat 21 Nov, with the year when it is not this one. */
export function day_words(day: string, language: Language, today: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  const other_year = day.slice(0, 4) !== today.slice(0, 4);
  const weekday = at.getUTCDay();
  if (language === 'zh') {
    const year = other_year ? `${at.getUTCFullYear()}年` : '';
    return `${year}${at.getUTCMonth() + 1}月${at.getUTCDate()}日 ${WEEKDAYS_ZH[weekday]}`;
  }
  const year = other_year ? ` ${at.getUTCFullYear()}` : '';
  return `${WEEKDAYS_EN[weekday]} ${at.getUTCDate()} ${MONTHS_EN[at.getUTCMonth()]}${year}`;
}

/** 2:41 for a countdown; never negative. */
export function minutes_seconds(left_ms: number): string {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
