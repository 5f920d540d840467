// The filters of the attendance records: kept in the address, sent to the server, the same for the table and its export.
// It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, dayIn, idIn, queryOf, textIn } from '../frame/address';
import type { Source } from '../api/types';
import type { Day } from '../time/shanghai';

export const sources = ['scan', 'assisted', 'card'] as const satisfies readonly Source[];

export interface RecordsFilter {
  day: Day | null;
  text: string;
  source: Source | null;
  screen: number | null;
}

export const everything: RecordsFilter = { day: null, text: '', source: null, screen: null };

export function filterIn(query: LocationQuery): RecordsFilter {
  return {
    day: dayIn(query['day']),
    text: textIn(query['q']),
    source: choiceIn(query['source'], sources),
    screen: idIn(query['screen']),
  };
}

export function addressOf(filter: RecordsFilter): LocationQueryRaw {
  return queryOf({ day: filter.day, q: filter.text, source: filter.source, screen: filter.screen });
}

/** Where the shown page of records begins: the server's cursor, or null for the newest. */
export function pageIn(query: LocationQuery): string | null {
  const after = textIn(query['after'], 500);
  return after === '' ? null : after;
}

export interface RecordsQuery {
  day?: Day;
  q?: string;
  source?: Source;
  screen?: number;
}

/** As the server is asked, by the table and by the export alike. */
export function askedWith(filter: RecordsFilter): RecordsQuery {
  const asked: RecordsQuery = {};
  if (filter.day !== null) asked.day = filter.day;
  if (filter.text !== '') asked.q = filter.text;
  if (filter.source !== null) asked.source = filter.source;
  if (filter.screen !== null) asked.screen = filter.screen;
  return asked;
}

export function isNarrowed(filter: RecordsFilter): boolean {
  return Object.keys(addressOf(filter)).length > 0;
}
