// A plan and its steps in words. It must not know where they are shown.
import type { Project, ProjectPlan, Verdict } from '../api/types';
import { say, type Word } from '../words/say';

/** `2025-12-20 至 2025-12-22`; several are a list. */
export function periodInWords({ period }: Pick<ProjectPlan, 'period'>): string {
  const days = period.map(({ from, to }) => (from === to ? from : say('projects.from_to', { from, to })));
  return days.length === 0 ? say('projects.no_period') : days.join(say('projects.and'));
}

/** What is applied for, while something is; else what is in force. */
export function proposed({ plan, review }: Project): ProjectPlan {
  return review && review.turn ? review.after : plan;
}

/** A change of what has been approved already. */
export function isChange({ review }: Project): boolean {
  return Boolean(review?.turn && review.before);
}

export const usualReasons: Record<Verdict, readonly Word[]> = {
  approve: [],
  return: ['projects.reason_agenda', 'projects.reason_credits', 'projects.reason_days'],
  reject: ['projects.reason_twice', 'projects.reason_unfit'],
};
