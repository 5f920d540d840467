// A project's plan while it is edited: what was changed, what is wrong, what is sent, how each field is named.
// It must not know the form, nor send anything.
import type { Project, ProjectChange } from '../api/types';
import type { Editing } from '../form/editing';
import { say, type Word } from '../words/say';
import { periodInWords, proposed } from './plan-words';

export interface Days {
  from: string;
  to: string;
}

export interface Draft {
  period: readonly Days[];
  credits: string;
  hours: string;
}

export const fields = ['period', 'credits', 'hours'] as const;
export type Field = (typeof fields)[number];

const amount = /^\d{1,4}(\.\d)?$/;

/** `6` is written `6.0`, as the server writes it; what is no amount stays as it was typed. */
export function amountMeant(typed: string): string {
  const text = typed.trim();
  if (!amount.test(text) || Number(text) === 0) return text;
  return Number(text).toFixed(1);
}

const isAmount = (typed: string): boolean => amount.test(typed.trim()) && Number(typed) > 0;

function periodFault(period: readonly Days[]): Word | null {
  if (period.length === 0 || period.some(({ from, to }) => from === '' || to === ''))
    return 'projects.period_missing';
  if (period.some(({ from, to }) => to < from)) return 'projects.period_reversed';
  const inOrder = [...period].sort((one, other) => (one.from < other.from ? -1 : 1));
  const overlaps = inOrder.some(({ from }, i) => i > 0 && from <= inOrder[i - 1]!.to);
  return overlaps ? 'projects.period_overlaps' : null;
}

const alike = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const draftOf = (project: Project): Draft => {
  const { period, credits, hours } = proposed(project);
  return { period: period.map(({ from, to }) => ({ from, to })), credits, hours };
};

const names: Record<Field, Word> = {
  period: 'projects.period',
  credits: 'projects.credits',
  hours: 'projects.hours',
};

export const projectPlan: Editing<Project, Draft, Field, ProjectChange> = {
  fields,
  draftOf,
  changesOf(project, draft) {
    const plan = draftOf(project);
    const changes: ProjectChange = {};
    if (!alike(draft.period, plan.period))
      changes.period = draft.period.map(({ from, to }) => ({ from, to }));
    if (amountMeant(draft.credits) !== plan.credits) changes.credits = amountMeant(draft.credits);
    if (amountMeant(draft.hours) !== plan.hours) changes.hours = amountMeant(draft.hours);
    return changes;
  },
  faultsOf(draft) {
    const faults: Partial<Record<Field, Word>> = {};
    const period = periodFault(draft.period);
    if (period !== null) faults.period = period;
    if (!isAmount(draft.credits)) faults.credits = 'projects.amount_wrong';
    if (!isAmount(draft.hours)) faults.hours = 'projects.amount_wrong';
    return faults;
  },
  saidAtOnce: [],
  fieldOf: ({ field }) => fields.find((one) => one === (field ?? '').split(/[.[]/)[0]) ?? null,
  withField: (draft, field, other) => ({ ...draft, [field]: other[field] }),
  isAlike: (field, one, other) => alike(one[field], other[field]),
  nameOf: (field) => say(names[field]),
  valueOf: (field, draft) =>
    field === 'period' ? periodInWords({ period: [...draft.period] }) : draft[field].trim(),
  words: {},
};
