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
  proposed_unit: 'unit',
  title_series: 'work',
  title_level: 'work',
  specialty: 'work',
  takes_part: 'work',
};

/** The step of a field; the last one of a field that it does not know. */
export const step_of = (field: string): StepName => STEP_OF[field.split('.')[0] ?? ''] ?? 'check';

type Turn = NonNullable<Registration['waits_for']>;

/** Where a submitted one waits, in words, and what follows. */
const WAITS: Record<Turn, readonly [Sentence, Sentence]> = {
  authority: [REGISTRATION.waits_authority, REGISTRATION.waits_authority_why],
  on_its_way: [REGISTRATION.on_its_way, REGISTRATION.on_its_way_why],
  unit_without_admin: [REGISTRATION.waits_admin, REGISTRATION.waits_admin_why],
  unit: [REGISTRATION.waits, REGISTRATION.waits_why],
};

/** Where a submitted one waits, in words. */
export const waits_in_words = ({ waits_for }: Registration): Sentence => WAITS[waits_for ?? 'unit'][0];

/** The same, with what follows. */
export const waits_why = ({ waits_for }: Registration): Sentence => WAITS[waits_for ?? 'unit'][1];

/** Who says why it was sent back. */
export const reason_in_words = ({ reason_by }: Registration): Sentence =>
  reason_by === 'authority' ? REGISTRATION.authority_reason : REGISTRATION.reason;

/** Where what is missing first is entered; what is whole is checked. */
export function step_to_go_on({ consented, missing }: Registration): StepName {
  const first = missing[0];
  return !consented ? 'notice' : first === undefined ? 'check' : step_of(first);
}
