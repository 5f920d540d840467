// Departments as the server lists them, each after the one that it lies in: how deep each lies, and what it comes before when it
// goes up or down among those beside it. Pure.
import type { Department } from '../api/types';

/** How deep they may lie in one another. */
export const deepest = 4;

export interface Row {
  department: Department;
  /** 1 right below the unit. */
  depth: number;
  /** Its place among those beside it, from 1, and how many these are. */
  place: number;
  of: number;
  /** What it is put before when it goes up, or down; undefined where it cannot, null where it becomes the last one. */
  up?: number;
  down?: number | null;
}

export function rowsOf(departments: readonly Department[]): Row[] {
  const depths = new Map<number, number>();
  return departments.map((department) => {
    const depth = (depths.get(department.above) ?? 0) + 1;
    depths.set(department.id, depth);
    const beside = departments.filter(({ above }) => above === department.above);
    const at = beside.indexOf(department);
    return {
      department,
      depth,
      place: at + 1,
      of: beside.length,
      ...(at > 0 ? { up: beside[at - 1]!.id } : {}),
      ...(at < beside.length - 1 ? { down: beside[at + 2]?.id ?? null } : {}),
    };
  });
}
