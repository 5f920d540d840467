// The filters of the audit log: kept in the address and sent to the server. It must not know how they are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { dayIn, idIn, queryOf, textIn } from '../frame/address';
import type { Day } from '@zaichang/shared/shanghai';

export interface AuditFilter {
  /** Who acted: an account's id. */
  account: number | null;
  action: string | null;
  /** To what it was done, or what it was about; both or neither. */
  noun: string | null;
  noun_id: number | null;
  from: Day | null;
  to: Day | null;
  text: string;
}

export const everything: AuditFilter = {
  account: null,
  action: null,
  noun: null,
  noun_id: null,
  from: null,
  to: null,
  text: '',
};

/** A word of the log, as the server takes it. */
function wordIn(value: LocationQuery[string] | undefined): string | null {
  const word = textIn(value);
  return /^[a-z_]{1,50}$/.test(word) ? word : null;
}

export function filterIn(query: LocationQuery): AuditFilter {
  const [from, to] = [dayIn(query['from']), dayIn(query['to'])];
  const [noun, noun_id] = [wordIn(query['noun']), idIn(query['noun_id'])];
  const named = noun !== null && noun_id !== null;
  return {
    account: idIn(query['account']),
    action: wordIn(query['action']),
    noun: named ? noun : null,
    noun_id: named ? noun_id : null,
    from,
    // An end before the beginning is no filter.
    to: from !== null && to !== null && to < from ? null : to,
    text: textIn(query['q']),
  };
}

export function addressOf(filter: AuditFilter): LocationQueryRaw {
  const { text, ...rest } = filter;
  return queryOf({ ...rest, q: text });
}

export interface AuditQuery {
  account?: number;
  action?: string;
  noun?: string;
  noun_id?: number;
  from?: Day;
  to?: Day;
  q?: string;
}

/** As the server is asked. */
export function askedWith(filter: AuditFilter): AuditQuery {
  const { text, ...rest } = filter;
  const given = Object.entries({ ...rest, q: text }).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(given);
}

export function isNarrowed(filter: AuditFilter): boolean {
  return Object.keys(addressOf(filter)).length > 0;
}
