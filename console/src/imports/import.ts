// What follows from how far an import is. Pure. It must not know how it is drawn.
import type { LocationQueryValue } from 'vue-router';
import type { Import, ImportState } from '../api/types';

/** Whether a job has it: it is looked at again and again. */
export const isMoving = (state: ImportState | undefined): boolean =>
  state === 'checking' || state === 'writing';

/** The id in the address, if it is one. */
export function idIn(value: LocationQueryValue | LocationQueryValue[] | undefined): string | null {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
    ? value
    : null;
}

/** Rows that something is done for. */
export function toDo({ counts }: Pick<Import, 'counts'>): number {
  return (counts?.add ?? 0) + (counts?.change ?? 0);
}

/** How far it is, in whole percents. */
export function percentOf({ rows, rows_done }: Pick<Import, 'rows' | 'rows_done'>): number {
  return rows === 0 ? 0 : Math.min(100, Math.floor((rows_done * 100) / rows));
}
