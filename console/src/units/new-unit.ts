// A unit while it is entered: what is wrong with it before it is sent, and what is sent. The server judges it all again.
// It must not know how a field looks.
import type { HospitalClass, NewUnit, UnitCategory, UnitGrade } from '../api/types';
import type { Word } from '../words/say';
import type { Level } from './division';
import { areAliases, isName, namesIn } from './unit-edit';

export interface NewUnitDraft {
  name: string;
  /** The code. */
  division: string;
  /** Of which level the supervising authority is; null for that of the division itself. */
  supervisor: Level | null;
  category: UnitCategory;
  grade: UnitGrade;
  hospital_class: HospitalClass;
  /** As one line. */
  aliases: string;
}

/** Where it lies is the admin's own division until a smaller one is chosen. */
export const newUnit = (within: string): NewUnitDraft => ({
  name: '',
  division: within,
  supervisor: null,
  category: 'unknown',
  grade: 'unknown',
  hospital_class: 'undetermined',
  aliases: '',
});

export function faultsOf(draft: NewUnitDraft): Partial<Record<'name' | 'division' | 'aliases', Word>> {
  return {
    ...(isName(draft.name) ? {} : { name: 'units.name_wrong' as const }),
    ...(draft.division === '' ? { division: 'units.division_missing' as const } : {}),
    ...(areAliases(draft.aliases) ? {} : { aliases: 'units.aliases_wrong' as const }),
  };
}

export function bodyOf({ name, supervisor, aliases, ...rest }: NewUnitDraft): NewUnit {
  return {
    ...rest,
    name: name.trim(),
    aliases: namesIn(aliases),
    ...(supervisor === null ? {} : { supervisor }),
  };
}
