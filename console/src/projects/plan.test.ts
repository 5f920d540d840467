// Checks what an edit of a plan sends and refuses. It must not need a form.
import { expect, test } from 'vitest';
import type { Project } from '../api/types';
import { amountMeant, projectPlan } from './plan';

const plan = { period: [{ from: '2025-12-20', to: '2025-12-22' }], credits: '6.0', hours: '18.0' };
const project = { plan, review: null } as unknown as Project;
const draft = projectPlan.draftOf(project);

test('only what was changed is sent, and 6 is 6.0', () => {
  expect(projectPlan.changesOf(project, draft)).toEqual({});
  expect(projectPlan.changesOf(project, { ...draft, credits: ' 6 ' })).toEqual({});
  expect(projectPlan.changesOf(project, { ...draft, credits: '6.5' })).toEqual({ credits: '6.5' });
  const period = [{ from: '2025-12-21', to: '2025-12-21' }];
  expect(projectPlan.changesOf(project, { ...draft, period })).toEqual({ period });
});

test('what is applied for is edited while it is, and what is in force once that is over', () => {
  const after = { ...plan, credits: '7.0' };
  const waiting = { plan, review: { turn: 'unit', after } } as unknown as Project;
  expect(projectPlan.draftOf(waiting).credits).toBe('7.0');
  const over = { plan, review: { turn: null, after } } as unknown as Project;
  expect(projectPlan.draftOf(over).credits).toBe('6.0');
});

test('a period ends after it begins, and no two hold the same day', () => {
  const fault = (...period: [string, string][]) =>
    projectPlan.faultsOf({ ...draft, period: period.map(([from, to]) => ({ from, to })) }).period;
  expect(fault()).toBe('projects.period_missing');
  expect(fault(['2025-12-20', ''])).toBe('projects.period_missing');
  expect(fault(['2025-12-20', '2025-12-19'])).toBe('projects.period_reversed');
  expect(fault(['2025-12-24', '2025-12-25'], ['2025-12-20', '2025-12-24'])).toBe('projects.period_overlaps');
  expect(fault(['2025-12-24', '2025-12-25'], ['2025-12-20', '2025-12-23'])).toBeUndefined();
});

test('an amount has one place after the point and is more than nothing', () => {
  for (const [typed, meant] of [
    ['6', '6.0'],
    [' 0.5', '0.5'],
    ['06', '6.0'],
  ] as const)
    expect(amountMeant(typed)).toBe(meant);
  for (const credits of ['', '0', '0.0', '6.25', '-1', '6,5', '10000'])
    expect(projectPlan.faultsOf({ ...draft, credits }).credits).toBe('projects.amount_wrong');
});
