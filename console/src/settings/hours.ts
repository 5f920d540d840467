// Opening hours as people type them: what is meant, and what is wrong with it. 24:00 is the end of the day and only an end.
// It must not know the form.
import type { Word } from '../words/say';

const endOfDay = 24 * 60;

/** "7:00", "0700", "７：００" and "07：00" all mean 07:00; null when it is no time of day. */
export function timeMeant(typed: string): string | null {
  const plain = typed.normalize('NFKC').trim();
  const match =
    /^(\d{1,2}):(\d{2})$/.exec(plain) ?? /^(\d{1,2})(\d{2})$/.exec(plain) ?? /^(\d{1,2})()$/.exec(plain);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2] || 0);
  if (Number(match[2] || 0) > 59 || minutes > endOfDay) return null;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export interface HoursFaults {
  opens: Word | null;
  closes: Word | null;
}

/** What is wrong with the two times as typed. */
export function hoursFaults(opens: string, closes: string): HoursFaults {
  const from = minutesOf(opens);
  const until = minutesOf(closes);
  if (from === null || until === null) {
    return {
      opens: from === null ? 'hours.not_a_time' : null,
      closes: until === null ? 'hours.not_a_time' : null,
    };
  }
  if (from === endOfDay) return { opens: 'hours.opens_late', closes: null };
  return { opens: null, closes: until <= from ? 'hours.not_after' : null };
}

function minutesOf(typed: string): number | null {
  const time = timeMeant(typed);
  if (time === null) return null;
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
