// The filters of the list of units: kept in the address, sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf, textIn } from '../frame/address';
import type { HospitalClass, UnitCategory, UnitGrade, UnitState } from '../api/types';
import { categories, classes, grades } from './axes';
import { levelOf } from './division';

export const states = ['open', 'closed', 'all'] as const satisfies readonly UnitState[];

export interface UnitsFilter {
  text: string;
  /** The code of a division; empty for all. */
  division: string;
  category: UnitCategory | null;
  grade: UnitGrade | null;
  hospitalClass: HospitalClass | null;
  state: UnitState;
}

export function filterIn(query: LocationQuery): UnitsFilter {
  const division = textIn(query['division'], 6);
  return {
    text: textIn(query['q']),
    division: levelOf(division) === null ? '' : division,
    category: choiceIn(query['category'], categories),
    grade: choiceIn(query['grade'], grades),
    hospitalClass: choiceIn(query['class'], classes),
    state: choiceIn(query['state'], states) ?? 'open',
  };
}

export function addressOf({ text, state, hospitalClass, ...rest }: UnitsFilter): LocationQueryRaw {
  return queryOf({ q: text, ...rest, class: hospitalClass, state: state === 'open' ? null : state });
}

/** As the server is asked. */
export function askedWith({ text, division, category, grade, hospitalClass, state }: UnitsFilter): {
  q?: string;
  division?: string;
  category?: UnitCategory;
  grade?: UnitGrade;
  hospital_class?: HospitalClass;
  state?: UnitState;
} {
  return {
    ...(text === '' ? {} : { q: text }),
    ...(division === '' ? {} : { division }),
    ...(category === null ? {} : { category }),
    ...(grade === null ? {} : { grade }),
    ...(hospitalClass === null ? {} : { hospital_class: hospitalClass }),
    ...(state === 'open' ? {} : { state }),
  };
}

export const noFilter: UnitsFilter = {
  text: '',
  division: '',
  category: null,
  grade: null,
  hospitalClass: null,
  state: 'open',
};

export const isNarrowed = (filter: UnitsFilter): boolean => Object.keys(askedWith(filter)).length > 0;
