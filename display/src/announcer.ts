// What a screen reader announces: a change of state at once, the head count only now and then.
// It must not know the document; it decides when, the view says it.
import type { Look, Mood } from './look';
import { actionFor } from './notice';
import { checkedIn, type Words } from './words';

/** A hall of 300 people checks in within minutes: announcing each check-in would be noise. */
export const COUNT_EVERY_MS = 20_000;

export function createAnnouncer(mono: () => number, say: (words: Words) => void): (look: Look) => void {
  let mood: Mood | null = null;
  let attendees: number | null = null;
  let saidAt = 0;

  return (look) => {
    const at = mono();
    const { count } = look.page;
    if (look.mood !== mood) {
      mood = look.mood;
      const { title, action } = actionFor(look);
      say(mood === 'open' || mood === 'full' ? action : title);
    } else if (count && count.attendees !== attendees && at - saidAt >= COUNT_EVERY_MS) {
      say(checkedIn((attendees = count.attendees)));
    } else {
      return;
    }
    saidAt = at;
  };
}
