// States of people in words: their days, how they and their reviews look, and what a verdict usually says. Pure.
import type { ChipLook } from '../frame/StateChip.vue';
import type { PersonState, ReviewState, Verdict } from '../api/types';
import { say, type Word } from '../words/say';

export const looks = {
  normal: 'passed',
  maternity: 'waits',
  exempt: 'plain',
  not_in_post: 'plain',
  cancelled: 'refused',
} as const satisfies Record<PersonState, ChipLook>;

export const reviewLooks = {
  draft: 'plain',
  submitted: 'waits',
  returned: 'waits',
  approved: 'passed',
  rejected: 'refused',
} as const satisfies Record<ReviewState, ChipLook>;

interface Days {
  from?: string | null;
  to?: string | null;
}

export function daysInWords({ from, to }: Days): string {
  if (from && to) return from === to ? from : say('states.days_until', { from, to });
  if (from) return say('states.days_since', { from });
  return to ? say('states.days_to', { to }) : say('states.days_none');
}

/** Whether some state covers days that a change may still begin on: those of the last three years, and all that come. */
export function somethingHolds(
  items: readonly { holds: boolean; to?: string | null }[],
  today: string,
): boolean {
  const earliest = `${Number(today.slice(0, 4)) - 3}-01-01`;
  return items.some(({ holds, to }) => holds && (!to || to >= earliest));
}

/** Those to which a person in this state can be changed; 正常 where something held, holds, or is to come. */
export function statesAfter(state: PersonState, more: boolean): PersonState[] {
  if (state === 'cancelled') return ['normal'];
  const periods: PersonState[] = ['maternity', 'exempt', 'not_in_post', 'cancelled'];
  return state === 'normal' && !more ? periods : [...periods, 'normal'];
}

/** A state with a last day: it must have one, may, or has none. */
export const lastDay = {
  normal: 'none',
  maternity: 'needed',
  exempt: 'optional',
  not_in_post: 'optional',
  cancelled: 'none',
} as const satisfies Record<PersonState, 'needed' | 'optional' | 'none'>;

/** What is wrong with the days that were chosen, or null. */
export function faultOf(state: PersonState, from: string | null, to: string | null): Word | null {
  if (from === null) return 'states.from_missing';
  if (lastDay[state] === 'none') return null;
  if (to === null) return lastDay[state] === 'needed' ? 'states.to_missing' : null;
  return to < from ? 'states.to_before' : null;
}

export const does = {
  normal: 'states.does_normal',
  maternity: 'states.does_period',
  exempt: 'states.does_period',
  not_in_post: 'states.does_period',
  cancelled: 'states.does_cancelled',
} as const satisfies Record<PersonState, Word>;

export const usualReasons: Record<Verdict, readonly Word[]> = {
  approve: [],
  return: ['states.reason_days', 'states.reason_state', 'states.reason_material'],
  reject: ['states.reason_material'],
};
