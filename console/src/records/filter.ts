// The filters of the attendance records: kept in the address, sent to the server, the same for the table and its export.
// It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, dayIn, idIn, queryOf, textIn } from '../frame/address';
import type { Source } from '../api/types';
import type { Day } from '@zaichang/shared/shanghai';

export const sources = ['scan', 'assisted', 'card'] as const satisfies readonly Source[];

export const orders = ['time', 'suspicion'] as const;
export type Order = (typeof orders)[number];

export interface RecordsFilter {
  day: Day | null;
  text: string;
  source: Source | null;
  screen: number | null;
  /** Only those that the rules list as suspicious. */
  suspicious: boolean;
  /** Not a filter, but it goes where they go. */
  order: Order;
}

export const everything: RecordsFilter = {
  day: null,
  text: '',
  source: null,
  screen: null,
  suspicious: false,
  order: 'time',
};

export function filterIn(query: LocationQuery): RecordsFilter {
  return {
    day: dayIn(query['day']),
    text: textIn(query['q']),
    source: choiceIn(query['source'], sources),
    screen: idIn(query['screen']),
    suspicious: choiceIn(query['suspicious'], ['true']) !== null,
    order: choiceIn(query['order'], orders) ?? 'time',
  };
}

export function addressOf(filter: RecordsFilter): LocationQueryRaw {
  return queryOf({
    day: filter.day,
    q: filter.text,
    source: filter.source,
    screen: filter.screen,
    suspicious: filter.suspicious ? 'true' : null,
    order: filter.order === 'time' ? null : filter.order,
  });
}

export interface RecordsQuery {
  day?: Day;
  q?: string;
  source?: Source;
  screen?: number;
  suspicious?: boolean;
  order?: Order;
}

/** As the server is asked, by the table and by the export alike. */
export function askedWith(filter: RecordsFilter): RecordsQuery {
  const asked: RecordsQuery = {};
  if (filter.day !== null) asked.day = filter.day;
  if (filter.text !== '') asked.q = filter.text;
  if (filter.source !== null) asked.source = filter.source;
  if (filter.screen !== null) asked.screen = filter.screen;
  if (filter.suspicious) asked.suspicious = true;
  if (filter.order !== 'time') asked.order = filter.order;
  return asked;
}

export function isNarrowed(filter: RecordsFilter): boolean {
  return Object.keys(addressOf({ ...filter, order: 'time' })).length > 0;
}
