// A setting and its value in words, as people compare what they typed with what stands. It must not judge either.
import type { Draft, Field } from './draft';
import type { Kept } from './save';
import { momentOf } from '../time/shanghai';
import { say, type Word } from '../words/say';

const names: Record<Field, Word> = {
  cap: 'cap.label',
  profile: 'profile.label',
  opens: 'conflict.opens',
  closes: 'conflict.closes',
  face: 'face.label',
  location: 'location.label',
};

export const nameOf = (field: Field): string => say(names[field]);

export function valueOf(field: Field, draft: Draft): string {
  switch (field) {
    case 'cap':
      return draft.capped ? say('conflict.cap', { cap: draft.cap ?? '' }) : say('cap.none');
    case 'profile':
      return say(`profile.${draft.profile}`);
    case 'face':
      return say(draft.face ? 'conflict.on' : 'conflict.off');
    case 'location':
      return draft.location.trim() || say('conflict.empty');
    default:
      return draft[field];
  }
}

/** What another admin changed, and a save has kept. */
export function keptInWords({ fields, by, at }: Kept): string {
  const names = fields.map(nameOf).join(say('conflict.comma'));
  if (at === null) return say('conflict.kept_unknown', { names });
  return say('conflict.kept', { who: by ?? say('conflict.somebody'), time: momentOf(at), names });
}
