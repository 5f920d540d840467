// The rights of sub-accounts, in the server's order, and what an account with them is called. It must not know what a right opens.
import type { Right } from '../api/types';
import { say } from '../words/say';

export const rights: readonly Right[] = ['hosting', 'people', 'desk', 'credits', 'reading'];

/** 全部权限, or each right by its name. */
export function rightsTold(given: readonly Right[] | null | undefined): string {
  if (!given) return say('admins.rights_all');
  return given.map((right) => say(`right.${right}`)).join(say('frame.list_gap'));
}

/** What is sent: null for a full administrator. */
export function rightsOf(full: boolean, chosen: ReadonlySet<Right>): Right[] | null {
  return full ? null : rights.filter((right) => chosen.has(right));
}
