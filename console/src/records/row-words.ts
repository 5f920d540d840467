// What the cells of a record say. It must not know the table.
import type { AttendanceRecord } from '../api/types';
import { knownWord, say } from '../words/say';

/** "2.4": seconds, or nothing for a record without a code. */
export function codeAge(record: AttendanceRecord): string {
  return typeof record.code_age_ms === 'number' ? (record.code_age_ms / 1000).toFixed(1) : '';
}

/** How much later than the scan the row was written, when worth showing: a held pass, not the usual milliseconds. */
export function delayS(record: AttendanceRecord): number | null {
  const ms = Date.parse(record.recorded_at) - Date.parse(record.at);
  return ms >= 5000 ? Math.round(ms / 1000) : null;
}

export function clientOf({ client_kind }: AttendanceRecord): string {
  const word = knownWord(`client.${client_kind}`);
  return word === null ? client_kind : say(word);
}

export function noteOf(record: AttendanceRecord): string[] {
  const notes: string[] = [];
  const late = delayS(record);
  if (record.assisted_by)
    notes.push(say('records.assisted_by', { by: record.assisted_by, reason: record.reason ?? '' }));
  if (record.approved_afterwards) notes.push(say('records.approved_afterwards'));
  if (late !== null) notes.push(say('records.late', { s: late }));
  return notes;
}
