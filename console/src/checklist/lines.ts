// The lines of the checklist by their words on the wire: what each says, and the page where it is done. A line that this console
// does not know yet is left out. It must not know when a line goes.
import type { PageName } from '../frame/navigation';
import type { Word } from '../words/say';

export interface Line {
  word: Word;
  page: PageName;
}

const lines: Record<string, Line> = {
  units: { word: 'checklist.units', page: 'units' },
  unit_proposals: { word: 'checklist.unit_proposals', page: 'proposals' },
  people: { word: 'checklist.people', page: 'people' },
  number_claims: { word: 'checklist.number_claims', page: 'number_claims' },
  person_states: { word: 'checklist.person_states', page: 'state_changes' },
  unit_admins: { word: 'checklist.unit_admins', page: 'admins' },
  deployment_checks: { word: 'checklist.deployment_checks', page: 'checks' },
};

/** In the server's order, which is the order in which they are best done. */
export function linesOf(items: readonly string[]): Line[] {
  return items.flatMap((item) => lines[item] ?? []);
}
