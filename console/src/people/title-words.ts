// Series and levels of titles, in the order in which they are chosen, and in words. Pure.
import type { TitleLevel, TitleSeries } from '../api/types';
import { say } from '../words/say';

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

/** Null where it was not entered. */
export const seriesInWords = (value: TitleSeries | null): string =>
  value === null ? say('people.title_not_given') : say(`title_series.${value}`);

export const levelInWords = (value: TitleLevel | null): string =>
  value === null ? say('people.title_not_given') : say(`title_level.${value}`);
