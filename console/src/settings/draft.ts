// The settings of a course while they are edited: what was changed, what is wrong, what is sent.
// It must not know the form, nor send anything.
import type { Course, CourseSettings, Profile } from '../api/types';
import type { Refusal } from '../api/refusal';
import type { Word } from '../words/say';
import { hoursFaults, timeMeant } from './hours';

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
}

export type Field = 'cap' | 'profile' | 'opens' | 'closes' | 'face';
export type Faults = Partial<Record<Field, Word>>;

export function draftOf(course: Course): Draft {
  const { profile, opens, closes, face } = course;
  const cap = course.cap ?? null;
  return { capped: cap !== null, cap, profile, opens, closes, face };
}

export function faultsOf(draft: Draft): Faults {
  const faults: Faults = {};
  const { cap, capped } = draft;
  if (capped && (cap === null || !Number.isInteger(cap) || cap < 1 || cap > capAtMost))
    faults.cap = 'cap.wrong';
  const { opens, closes } = hoursFaults(draft.opens, draft.closes);
  if (opens !== null) faults.opens = opens;
  if (closes !== null) faults.closes = closes;
  return faults;
}

/** Only what differs from the course, so that an edit never undoes what somebody else changed meanwhile. */
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
  return changes;
}

/** The field a refusal belongs to: named by the server, or known from its code. */
export function fieldOf(refusal: Refusal): Field | null {
  if (refusal.code === 'face_provider_missing') return 'face';
  const fields: readonly Field[] = ['cap', 'profile', 'opens', 'closes', 'face'];
  return fields.find((field) => field === refusal.field) ?? null;
}
