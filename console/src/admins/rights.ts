// The rights of sub-accounts, by role and in the server's order, and what an account with them is called. It must not know what a right
// opens beyond its sentence.
import type { Right, Role } from '../api/types';
import { say, type Word } from '../words/say';

const offered: Readonly<Record<Role, readonly (readonly [Right, Word])[]>> = {
  unit_admin: [
    ['hosting', 'right_holds.hosting'],
    ['people', 'right_holds.people'],
    ['desk', 'right_holds.desk'],
    ['credits', 'right_holds.credits'],
    ['reading', 'right_holds.reading'],
  ],
  authority_admin: [
    ['people', 'right_of_authority.people'],
    ['judging', 'right_of_authority.judging'],
    ['credits', 'right_of_authority.credits'],
    ['reading', 'right_of_authority.reading'],
  ],
};

/** Those that hold something for accounts of this role, each with the sentence that says what. */
export function rightsFor(role: Role): readonly (readonly [Right, Word])[] {
  return offered[role];
}

/** 全部权限, or each right by its name. */
export function rightsTold(given: readonly Right[] | null | undefined): string {
  if (!given) return say('admins.rights_all');
  return given.map((right) => say(`right.${right}`)).join(say('frame.list_gap'));
}

/** What is sent: null for a full administrator. */
export function rightsOf(role: Role, full: boolean, chosen: ReadonlySet<Right>): Right[] | null {
  if (full) return null;
  return rightsFor(role)
    .map(([right]) => right)
    .filter((right) => chosen.has(right));
}
