// The settings of a course while they are edited: what was changed, what is wrong, what is sent, how each is named.
// It must not know the form, nor send anything.
import type { Course, CourseSettings, Profile } from '../api/types';
import type { Editing } from '../form/editing';
import type { Refusal } from '../api/refusal';
import { say, type Word } from '../words/say';
import { hoursFaults, timeMeant } from './hours';
import { locationMeant, locationWritten } from './location';

export const profiles = [
  { profile: 'strict', oldestS: 6 },
  { profile: 'standard', oldestS: 10 },
  { profile: 'relaxed', oldestS: 15 },
] as const satisfies readonly { profile: Profile; oldestS: number }[];

const capAtMost = 100_000;

export interface Draft {
  capped: boolean;
  cap: number | null;
  profile: Profile;
  opens: string;
  closes: string;
  face: boolean;
  /** As typed; empty for none. */
  location: string;
}

export const fields = ['cap', 'profile', 'opens', 'closes', 'face', 'location'] as const;
export type Field = (typeof fields)[number];
export type Faults = Partial<Record<Field, Word>>;

export function draftOf(course: Course): Draft {
  const { profile, opens, closes, face } = course;
  const cap = course.cap ?? null;
  return {
    capped: cap !== null,
    cap,
    profile,
    opens,
    closes,
    face,
    location: locationWritten(course.location),
  };
}

export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  const { cap, capped } = draft;
  if (capped && (cap === null || !Number.isInteger(cap) || cap < 1 || cap > capAtMost))
    faults.cap = 'cap.wrong';
  const { opens, closes } = hoursFaults(draft.opens, draft.closes);
  if (opens !== null) faults.opens = opens;
  if (closes !== null) faults.closes = closes;
  if (isUnreadable(draft)) faults.location = 'location.wrong';
  return faults;
}

/** Counts as a change, so that saving says what is wrong; it is never sent. */
const isUnreadable = ({ location }: Draft): boolean =>
  location.trim() !== '' && locationMeant(location) === null;

/** Only what differs from the course. */
export function changesOf(course: Course, draft: Draft): CourseSettings {
  const changes: CourseSettings = {};
  const cap = draft.capped ? draft.cap : null;
  const opens = timeMeant(draft.opens) ?? draft.opens;
  const closes = timeMeant(draft.closes) ?? draft.closes;
  if (cap !== (course.cap ?? null)) changes.cap = cap;
  if (draft.profile !== course.profile) changes.profile = draft.profile;
  if (opens !== course.opens) changes.opens = opens;
  if (closes !== course.closes) changes.closes = closes;
  if (draft.face !== course.face) changes.face = draft.face;
  const location = locationMeant(draft.location);
  if (isUnreadable(draft) || locationWritten(location) !== locationWritten(course.location))
    changes.location = location;
  return changes;
}

/** The field a refusal belongs to: named by the server, or known from its code. */
export function fieldOf(refusal: Refusal): Field | null {
  if (refusal.code === 'face_provider_missing') return 'face';
  if (refusal.code === 'distances_not_collected') return 'location';
  // Of a field that holds others the first part of its name counts: `location.latitude`.
  const [named] = (refusal.field ?? '').split('.');
  return fields.find((field) => field === named) ?? null;
}

const names: Record<Field, Word> = {
  cap: 'cap.label',
  profile: 'profile.label',
  opens: 'settings.value_opens',
  closes: 'settings.value_closes',
  face: 'face.label',
  location: 'location.label',
};

function valueOf(field: Field, draft: Draft): string {
  switch (field) {
    case 'cap':
      return draft.capped ? say('settings.value_cap', { cap: draft.cap ?? '' }) : say('cap.none');
    case 'profile':
      return say(`profile.${draft.profile}`);
    case 'face':
      return say(draft.face ? 'settings.value_on' : 'settings.value_off');
    case 'location':
      return draft.location.trim() || say('settings.value_empty');
    default:
      return draft[field];
  }
}

export const courseSettings: Editing<Course, Draft, Field, CourseSettings> = {
  fields,
  draftOf,
  changesOf,
  faultsOf,
  saidAtOnce: ['opens', 'closes'],
  fieldOf,
  withField: (draft, field, other) =>
    field === 'cap'
      ? { ...draft, capped: other.capped, cap: other.cap }
      : { ...draft, [field]: other[field] },
  isAlike: (field, one, other) =>
    one[field] === other[field] && (field !== 'cap' || one.capped === other.capped),
  nameOf: (field) => say(names[field]),
  valueOf,
  words: {
    title: 'settings.conflict_title',
    lead: 'settings.conflict_lead',
    lead_unknown: 'settings.conflict_lead_unknown',
    standing: 'settings.conflict_standing',
    also: 'settings.conflict_also',
    kept: 'settings.conflict_kept',
    kept_unknown: 'settings.conflict_kept_unknown',
  },
};
