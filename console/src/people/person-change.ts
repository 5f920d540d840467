// A person's work while their unit changes it: what was changed, what is wrong, what is sent, how each field is named.
// It must not know the form, nor send anything.
import type { NamedUnit, Person, PersonChange, TitleLevel, TitleSeries } from '../api/types';
import type { Editing } from '../form/editing';
import { levelInWords, seriesInWords } from './title-words';
import { say, type Word } from '../words/say';

export interface Draft {
  department: NamedUnit | null;
  title_series: TitleSeries | null;
  title_level: TitleLevel | null;
  /** Null where it is not known. */
  title_from: string | null;
  specialty: string;
  takes_part: boolean;
}

export const fields = [
  'department_id',
  'title_series',
  'title_level',
  'title_from',
  'specialty',
  'takes_part',
] as const;
export type Field = (typeof fields)[number];

const draftOf = (person: Person): Draft => ({
  department: person.department ?? null,
  title_series: person.title_series ?? null,
  title_level: person.title_level ?? null,
  title_from: person.title_from ?? null,
  specialty: person.specialty,
  takes_part: person.takes_part,
});

/** The fields as they are sent. */
const sent = ({ department, ...draft }: Draft): Record<Field, unknown> => ({
  ...draft,
  department_id: department?.id ?? null,
  specialty: draft.specialty.trim(),
});

const names: Record<Field, Word> = {
  department_id: 'people.department',
  title_series: 'registrations.title_series',
  title_level: 'registrations.title_level',
  title_from: 'titles.from',
  specialty: 'registrations.specialty',
  takes_part: 'registrations.takes_part',
};

const fits = (text: string): boolean => text.trim() !== '' && [...text.trim()].length <= 50;

export const personChange: Editing<Person, Draft, Field, PersonChange> = {
  fields,
  draftOf,
  changesOf(person, draft) {
    const [before, after] = [sent(draftOf(person)), sent(draft)];
    return Object.fromEntries(
      // A day that is known is put right, and never taken away.
      fields
        .filter(
          (field) => before[field] !== after[field] && !(field === 'title_from' && after[field] === null),
        )
        .map((field) => [field, after[field]]),
    ) as PersonChange;
  },
  faultsOf({ title_series, title_level, title_from, specialty }) {
    const faults: Partial<Record<Field, Word>> = {};
    if ((title_series === null) !== (title_level === null)) {
      faults[title_series === null ? 'title_series' : 'title_level'] = 'people.title_whole';
    }
    if (title_from !== null && title_level === null) faults.title_level = 'people.title_whole';
    if (!fits(specialty)) faults.specialty = 'registrations.specialty_wrong';
    return faults;
  },
  saidAtOnce: [],
  fieldOf: ({ field }) => fields.find((one) => one === field) ?? null,
  withField(draft, field, other) {
    if (field === 'department_id') return { ...draft, department: other.department };
    return { ...draft, [field]: other[field] };
  },
  isAlike: (field, one, other) => sent(one)[field] === sent(other)[field],
  nameOf: (field) => say(names[field]),
  valueOf(field, draft) {
    if (field === 'department_id') return draft.department?.name ?? say('registrations.no_department');
    if (field === 'title_series') return seriesInWords(draft.title_series);
    if (field === 'title_level') return levelInWords(draft.title_level);
    if (field === 'title_from') return draft.title_from ?? say('titles.no_day');
    if (field === 'takes_part') return say(draft.takes_part ? 'registrations.yes' : 'registrations.no');
    return draft[field].trim();
  },
  words: {},
};
