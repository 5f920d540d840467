// A unit while its authority changes it: what was changed, what is wrong, what is sent, how each field is named.
// It must not know the form, nor send anything.
import type { HospitalClass, Unit, UnitCategory, UnitChange, UnitGrade } from '../api/types';
import type { Editing } from '../form/editing';
import { say, type Word } from '../words/say';

export interface Draft {
  name: string;
  /** The code. */
  division: string;
  category: UnitCategory;
  grade: UnitGrade;
  hospital_class: HospitalClass;
  /** As one line. */
  aliases: string;
}

export const fields = ['name', 'division', 'category', 'grade', 'hospital_class', 'aliases'] as const;
export type Field = (typeof fields)[number];

const aliasesAtMost = 10;

/** Names in one line, each once: separated by 、, commas or semicolons. */
export function namesIn(line: string): string[] {
  const names = line.split(/[、,，;；]/).map((name) => name.trim().split(/\s+/).join(' '));
  return [...new Set(names.filter((name) => name !== ''))];
}

export const isName = (text: string): boolean => {
  const length = [...text.trim()].length;
  return length >= 2 && length <= 100;
};

export const areAliases = (line: string): boolean => {
  const names = namesIn(line);
  return names.length <= aliasesAtMost && names.every(isName);
};

const draftOf = (unit: Unit): Draft => ({
  name: unit.name,
  division: unit.division.slice(-1)[0]?.code ?? '',
  category: unit.category,
  grade: unit.grade,
  hospital_class: unit.hospital_class,
  aliases: unit.aliases.join('、'),
});

const meant = (draft: Draft): Draft => ({
  ...draft,
  name: draft.name.trim(),
  aliases: namesIn(draft.aliases).join('、'),
});

const names: Record<Field, Word> = {
  name: 'units.name',
  division: 'units.division',
  category: 'units.category',
  grade: 'units.grade',
  hospital_class: 'units.hospital_class',
  aliases: 'units.aliases',
};

export const unitEdit: Editing<Unit, Draft, Field, UnitChange> = {
  fields,
  draftOf,
  changesOf(unit, draft) {
    const [before, after] = [meant(draftOf(unit)), meant(draft)];
    const changed = fields.filter((field) => before[field] !== after[field]);
    const valueOf = (field: Field) => (field === 'aliases' ? namesIn(after.aliases) : after[field]);
    return Object.fromEntries(changed.map((field) => [field, valueOf(field)])) as UnitChange;
  },
  faultsOf({ name, aliases }) {
    const faults: Partial<Record<Field, Word>> = {};
    if (!isName(name)) faults.name = 'units.name_wrong';
    if (!areAliases(aliases)) faults.aliases = 'units.aliases_wrong';
    return faults;
  },
  saidAtOnce: [],
  fieldOf: ({ field }) => fields.find((one) => one === (field ?? '').split('[')[0]) ?? null,
  withField: (draft, field, other) => ({ ...draft, [field]: other[field] }),
  isAlike: (field, one, other) => meant(one)[field] === meant(other)[field],
  nameOf: (field) => say(names[field]),
  valueOf(field, draft) {
    if (field === 'category') return say(`category.${draft.category}`);
    if (field === 'grade') return say(`grade.${draft.grade}`);
    if (field === 'hospital_class') return say(`hospital_class.${draft.hospital_class}`);
    return meant(draft)[field];
  },
  words: {},
};
