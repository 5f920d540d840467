// Series and levels of titles, in the order in which they are chosen. It must not know what they are called: the catalogue does.
import type { TitleLevel, TitleSeries } from '../api/types';

export const series = [
  'physician',
  'nurse',
  'pharmacist',
  'technician',
  'laboratory',
  'research',
  'engineering',
  'teaching',
  'tcm_physician',
  'tcm_nurse',
  'tcm_pharmacist',
  'tcm_technician',
  'integrated_physician',
  'other',
] as const satisfies readonly TitleSeries[];

export const levels = [
  'senior',
  'associate_senior',
  'intermediate',
  'junior',
  'assistant',
  'none',
] as const satisfies readonly TitleLevel[];
