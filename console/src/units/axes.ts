// What a unit may be on each of its three axes, in the order in which it is chosen. It must not know what the words are called:
// the catalogue does.
import type { HospitalClass, UnitCategory, UnitGrade } from '../api/types';

export const categories = [
  'unknown',
  'administrative',
  'general',
  'tcm',
  'public_health',
  'society',
  'base',
  'individual',
] as const satisfies readonly UnitCategory[];

export const grades = [
  'unknown',
  'ministry',
  'province',
  'city',
  'county',
  'township',
  'village',
] as const satisfies readonly UnitGrade[];

export const classes = [
  'undetermined',
  'third',
  'second',
  'first',
] as const satisfies readonly HospitalClass[];
