// Which open screens the suspicious records came by: each once, most records first. It must not weigh a record.
import type { AttendanceRecord, PlacedScreen } from '../api/types';

export interface LeakingScreen extends PlacedScreen {
  /** Suspicious records that used its code. */
  count: number;
}

export function leakingScreens(
  records: readonly AttendanceRecord[],
  open: ReadonlySet<number>,
): LeakingScreen[] {
  const found = new Map<number, LeakingScreen>();
  for (const { screen, place, suspicion } of records) {
    if (!suspicion?.suspicious || !screen || !place || !open.has(screen)) continue;
    const count = (found.get(screen)?.count ?? 0) + 1;
    found.set(screen, { screen, place, count });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}
