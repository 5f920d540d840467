// Checks what each role is offered. It must not draw anything.
import { afterEach, expect, test } from 'vitest';
import { admin } from '../login/session';
import type { Act, Admin } from '../api/types';
import { entries, layouts, offered, pagesOfCourse, type PageName } from './navigation';

/** As the server's table says of each role. */
const looks: Act[] = [
  'see_courses',
  'see_screens',
  'see_records',
  'see_projects',
  'see_registrations',
  'see_people',
  'see_admins',
  'see_units',
  'read_audit_log',
];
const acts: Record<Admin['role'], Act[]> = {
  unit_admin: [...looks, 'assist_check_in', 'change_settings', 'enter_pairing'],
  authority_admin: [...looks, 'see_deployment_checks', 'see_jobs'],
};
const signIn = (role: Admin['role']) => (admin.value = { role, may: acts[role] } as Admin);
const names = (pages: readonly PageName[]) => offered(pages).map(({ name }) => name);

afterEach(() => (admin.value = undefined));

test('a unit’s administrator runs its courses, an authority looks on', () => {
  signIn('unit_admin');
  expect(names(pagesOfCourse)).toEqual(['live', 'records', 'assist', 'settings']);
  signIn('authority_admin');
  expect(names(pagesOfCourse)).toEqual(['live', 'records']);
  expect(names(['pair'])).toEqual([]);
});

test('nothing is offered before a login', () => {
  expect(names(Object.keys(entries) as PageName[])).toEqual([]);
});

test('a role is led nowhere that it may not act, and has eight entries at most', () => {
  for (const role of Object.keys(layouts) as Admin['role'][]) {
    signIn(role);
    expect(names(layouts[role])).toEqual(layouts[role]);
    expect(layouts[role].length).toBeLessThanOrEqual(8);
  }
});
