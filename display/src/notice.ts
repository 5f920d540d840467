// What the page says in each mood: the notice that stands where the code would, and what to do, in one line.
// Pure. It must not know the document.
import type { Look, Mood } from './look';
import { dayAt, dayParts, timeOfDay, untilThen } from './shanghai';
import { date, daysLeft, lastHeard, opensAt, reasonFor, type Words, words } from './words';

export type Sign = 'dots' | 'clock' | 'scan' | 'full' | 'closed' | 'broken' | 'ticket';

interface Saying {
  sign: Sign;
  title: Words;
  /** What to do, in one line. */
  action: Words;
}

export interface Notice extends Saying {
  /** The countdown, in large figures. */
  days?: Words | undefined;
  clock?: string;
  details: Words[];
}

const sayings: { [mood in Mood]: Saying } = {
  connecting: { sign: 'dots', title: words.connecting, action: words.patience },
  not_open: { sign: 'clock', title: words.notOpen, action: words.waitForOpening },
  open: { sign: 'scan', title: words.codeComing, action: words.scan },
  full: { sign: 'full', title: words.codeComing, action: words.scanWhenFull },
  spot_check: { sign: 'scan', title: words.spotCheck, action: words.scan },
  closed: { sign: 'closed', title: words.closed, action: words.askStaff },
  down: { sign: 'broken', title: words.down, action: words.comesBack },
  refused: { sign: 'ticket', title: words.refused, action: words.askStaff },
};

export const actionFor = ({ mood }: Look): Saying => sayings[mood];

/** Null while a code is on the card, or due within a moment: then nothing else is. */
export function noticeFor({ mood, page, now }: Look): Notice | null {
  const notice: Notice = { ...sayings[mood], details: [] };
  switch (mood) {
    case 'not_open':
      return page.screen && now !== null ? countdown(notice, page.screen.opensAt, now) : notice;
    case 'open':
    case 'full':
    case 'spot_check':
      return page.code ? null : notice;
    case 'closed': {
      const reason = reasonFor(page.screen?.reason || (page.line === 'ended' ? 'screen_closed' : null));
      if (reason) notice.details.push(reason);
      return notice;
    }
    case 'down':
      notice.details.push(words.lineDown);
      if (page.heardAt !== null) notice.details.push(lastHeard(timeOfDay(page.heardAt)));
      return notice;
    case 'refused':
      notice.details.push(words.newTicket);
  }
  return notice;
}

function countdown(notice: Notice, at: number | null, now: number): Notice {
  if (at === null) return notice;
  if (now >= at) return { ...notice, title: words.opening };
  const { days, rest } = untilThen(at - now);
  return { ...notice, days: days ? daysLeft(days) : undefined, clock: rest, details: [openingTime(at, now)] };
}

/** `07:00 开始`, with the date when it is not today. */
function openingTime(at: number, now: number): Words {
  const time = opensAt(timeOfDay(at).slice(0, 5));
  if (dayAt(at) === dayAt(now)) return time;
  const on = date(dayParts(dayAt(at)));
  return { zh: `${on.zh} ${time.zh}`, en: `${time.en}, ${on.en}` };
}
