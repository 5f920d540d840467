// A registration while its unit puts it right: what was changed, what is wrong, what is sent, how each field is named.
// It must not know the form, nor send anything.
import type { NamedUnit, Registration, RegistrationEntry, TitleLevel, TitleSeries } from '../api/types';
import type { Editing } from '../form/editing';
import { levelInWords, seriesInWords } from '../people/title-words';
import { say, type Word } from '../words/say';

export interface Draft {
  name: string;
  unit: NamedUnit | null;
  department: NamedUnit | null;
  title_series: TitleSeries | null;
  title_level: TitleLevel | null;
  specialty: string;
  takes_part: boolean;
}

export const fields = [
  'name',
  'unit_id',
  'department_id',
  'title_series',
  'title_level',
  'specialty',
  'takes_part',
] as const;
export type Field = (typeof fields)[number];

const draftOf = (registration: Registration): Draft => ({
  name: registration.name,
  unit: registration.unit ?? null,
  department: registration.department ?? null,
  title_series: registration.title_series,
  title_level: registration.title_level,
  specialty: registration.specialty,
  takes_part: registration.takes_part,
});

/** The fields as they are sent. */
const sent = ({ unit, department, ...draft }: Draft): Record<Field, unknown> => ({
  ...draft,
  name: draft.name.trim(),
  unit_id: unit?.id ?? null,
  department_id: department?.id ?? null,
  specialty: draft.specialty.trim(),
});

const names: Record<Field, Word> = {
  name: 'registrations.name',
  unit_id: 'registrations.head_unit',
  department_id: 'registrations.under_unit',
  title_series: 'registrations.title_series',
  title_level: 'registrations.title_level',
  specialty: 'registrations.specialty',
  takes_part: 'registrations.takes_part',
};

const fits = (text: string): boolean => text.trim() !== '' && [...text.trim()].length <= 50;

export const correction: Editing<Registration, Draft, Field, RegistrationEntry> = {
  fields,
  draftOf,
  changesOf(registration, draft) {
    const [before, after] = [sent(draftOf(registration)), sent(draft)];
    return Object.fromEntries(
      fields.filter((field) => before[field] !== after[field]).map((field) => [field, after[field]]),
    ) as RegistrationEntry;
  },
  faultsOf({ name, specialty }) {
    const faults: Partial<Record<Field, Word>> = {};
    if (!fits(name) || /\d/.test(name)) faults.name = 'registrations.name_wrong';
    if (!fits(specialty)) faults.specialty = 'registrations.specialty_wrong';
    return faults;
  },
  saidAtOnce: [],
  fieldOf: ({ field }) => fields.find((one) => one === field) ?? null,
  withField(draft, field, other) {
    // A department is its unit's.
    if (field === 'unit_id') return { ...draft, unit: other.unit, department: other.department };
    if (field === 'department_id') return { ...draft, department: other.department };
    return { ...draft, [field]: other[field] };
  },
  isAlike: (field, one, other) => sent(one)[field] === sent(other)[field],
  nameOf: (field) => say(names[field]),
  valueOf(field, draft) {
    if (field === 'unit_id') return draft.unit?.name ?? '';
    if (field === 'department_id') return draft.department?.name ?? say('registrations.no_department');
    if (field === 'title_series') return seriesInWords(draft.title_series);
    if (field === 'title_level') return levelInWords(draft.title_level);
    if (field === 'takes_part') return say(draft.takes_part ? 'registrations.yes' : 'registrations.no');
    return draft[field].trim();
  },
  words: {},
};
