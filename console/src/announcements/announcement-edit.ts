// An announcement while its unit changes it: what was changed, what is wrong, what is sent, how each field is named.
// It must not know the form, nor send anything.
import { dayAfter, dayOf, type Day } from '@zaichang/shared/shanghai';
import type { Announcement, AnnouncementChange, NamedUnit } from '../api/types';
import type { Editing } from '../form/editing';
import { say, type Word } from '../words/say';

export interface Draft {
  title: string;
  body: string;
  to_admins: boolean;
  to_people: boolean;
  pinned: boolean;
  /** All of the tree where there is none. */
  units: NamedUnit[];
  /** The last day on which it is shown. */
  until: Day | null;
}

export const fields = [
  'title',
  'body',
  'to_admins',
  'to_people',
  'pinned',
  'unit_ids',
  'shown_until',
] as const;
export type Field = (typeof fields)[number];

/** The last day of what is shown until an instant: midnight ends the day before. */
export const lastDayOf = (until: string | null | undefined): Day | null =>
  until ? dayOf(Date.parse(until) - 1) : null;

/** The instant at which a day ends in China. */
export const endOf = (day: Day): string => new Date(`${dayAfter(day, 1)}T00:00:00+08:00`).toISOString();

const draftOf = (one: Announcement): Draft => ({
  title: one.title,
  body: one.body,
  to_admins: one.to_admins,
  to_people: one.to_people,
  pinned: one.pinned,
  units: one.units.map(({ id, name }) => ({ id, name })),
  until: lastDayOf(one.shown_until),
});

/** As the server keeps a text, so that blanks at its ends are no change. */
const trimmed = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

const sent = ({ units, until, ...draft }: Draft): Record<Field, unknown> => ({
  ...draft,
  title: draft.title.trim(),
  body: trimmed(draft.body),
  unit_ids: units.map(({ id }) => id).sort((one, other) => one - other),
  shown_until: until === null ? null : endOf(until),
});

const alike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const names: Record<Field, Word> = {
  title: 'announcements.field_title',
  body: 'announcements.field_body',
  to_admins: 'announcements.to_admins',
  to_people: 'announcements.to_people',
  pinned: 'announcements.field_pinned',
  unit_ids: 'announcements.field_units',
  shown_until: 'announcements.field_until',
};

export function faultsOf({
  title,
  body,
  to_admins,
  to_people,
}: Pick<Draft, 'title' | 'body' | 'to_admins' | 'to_people'>): Partial<Record<Field, Word>> {
  const faults: Partial<Record<Field, Word>> = {};
  const length = [...title.trim()].length;
  if (length < 2 || length > 100) faults.title = 'announcements.title_wrong';
  const long = [...trimmed(body)].length;
  if (long < 1 || long > 10_000) faults.body = 'announcements.body_wrong';
  if (!to_admins && !to_people) faults.to_admins = 'announcements.readers_wrong';
  return faults;
}

export const announcementEdit: Editing<Announcement, Draft, Field, AnnouncementChange> = {
  fields,
  draftOf,
  changesOf(one, draft) {
    const [before, after] = [sent(draftOf(one)), sent(draft)];
    return Object.fromEntries(
      fields.filter((field) => !alike(before[field], after[field])).map((field) => [field, after[field]]),
    ) as AnnouncementChange;
  },
  faultsOf,
  saidAtOnce: [],
  fieldOf: ({ field }) => fields.find((one) => one === (field ?? '').split('[')[0]) ?? null,
  withField(draft, field, other) {
    if (field === 'unit_ids') return { ...draft, units: other.units };
    if (field === 'shown_until') return { ...draft, until: other.until };
    return { ...draft, [field]: other[field] };
  },
  isAlike: (field, one, other) => alike(sent(one)[field], sent(other)[field]),
  nameOf: (field) => say(names[field]),
  valueOf(field, draft) {
    if (field === 'unit_ids') return unitsInWords(draft.units);
    if (field === 'shown_until') return draft.until ?? say('announcements.until_none');
    if (field === 'title' || field === 'body') return draft[field];
    return say(draft[field] ? 'announcements.yes' : 'announcements.no');
  },
  words: {},
};

export const unitsInWords = (units: readonly NamedUnit[]): string =>
  units.length === 0
    ? say('announcements.units_all')
    : units.length <= 3
      ? units.map(({ name }) => name).join(say('frame.list_gap'))
      : say('announcements.units_count', { n: units.length });

export const readersInWords = ({ to_admins, to_people }: Pick<Draft, 'to_admins' | 'to_people'>): string =>
  say(
    to_admins && to_people
      ? 'announcements.to_both'
      : to_admins
        ? 'announcements.to_admins'
        : 'announcements.to_people',
  );
