// A person's records as the page shows them: one group per day, newest first, each record once.
// It must not fetch anything; pages hand it what arrived.

import type { CheckInRecord } from './wire/wire.ts';

export interface RecordDay {
  day: string;
  records: CheckInRecord[];
}

/** A page fetched again after a new check-in repeats some records: each receipt is kept once. */
export function add_records(known: CheckInRecord[], arrived: CheckInRecord[]): CheckInRecord[] {
  const receipts = new Set(known.map((record) => record.receipt));
  return [...known, ...arrived.filter((record) => !receipts.has(record.receipt))];
}

export function by_day(records: CheckInRecord[]): RecordDay[] {
  const days: RecordDay[] = [];
  for (const record of records) {
    const last = days[days.length - 1];
    if (last !== undefined && last.day === record.check_in.day) last.records.push(record);
    else days.push({ day: record.check_in.day, records: [record] });
  }
  return days;
}
