// The steps of the form, and at which one somebody goes on who comes back. Pure.

import { REGISTRATION, type Sentence } from '@zaichang/core';
import type { Registration } from './api.ts';

export type StepName = 'notice' | 'identity' | 'unit' | 'work' | 'check';

export const STEPS: StepName[] = ['notice', 'identity', 'unit', 'work', 'check'];

export const STEP_TITLES: Record<StepName, Sentence> = {
  notice: REGISTRATION.notice,
  identity: REGISTRATION.identity,
  unit: REGISTRATION.unit,
  work: REGISTRATION.work,
  check: REGISTRATION.check,
};

const STEP_OF: Record<string, StepName> = {
  consent: 'notice',
  name: 'identity',
  document: 'identity',
  number: 'identity',
  unit_id: 'unit',
  department_id: 'unit',
  title_series: 'work',
  title_level: 'work',
  specialty: 'work',
  takes_part: 'work',
};

/** The step of a field; the last one of a field that it does not know. */
export const step_of = (field: string): StepName => STEP_OF[field] ?? 'check';

/** Where what is missing first is entered; what is whole is checked. */
export function step_to_go_on({ consented, missing }: Registration): StepName {
  const first = missing[0];
  return !consented ? 'notice' : first === undefined ? 'check' : step_of(first);
}
