// The one navigation: every page that links lead to, with its name, its sign and the act that it is for; and the order in which
// each role meets them. Rail, drawer, the strip of a course and the router are made from it. It must not draw anything.
import type { Component } from 'vue';
import {
  Avatar,
  Bell,
  Calendar,
  CircleCheck,
  Connection,
  Document,
  Files,
  Monitor,
  OfficeBuilding,
  Operation,
  Pointer,
  Setting,
  Tickets,
  User,
  UserFilled,
} from '@element-plus/icons-vue';
import { may } from '../login/may';
import type { Act, Admin } from '../api/types';
import type { Word } from '../words/say';

export interface Entry {
  word: Word;
  icon: Component;
  /** An account that may not do this is not led there, and reads why at the address itself. */
  act: Act;
}

/** By the names of the router's routes. */
export const entries = {
  today: { word: 'rail.today', icon: Calendar, act: 'see_courses' },
  projects: { word: 'rail.projects', icon: Files, act: 'see_projects' },
  registrations: { word: 'rail.registrations', icon: User, act: 'see_registrations' },
  number_claims: { word: 'claims.title', icon: User, act: 'see_number_claims' },
  people: { word: 'rail.people', icon: Avatar, act: 'see_people' },
  state_changes: { word: 'state_changes.title', icon: Avatar, act: 'see_people' },
  transfers: { word: 'transfers.title', icon: Avatar, act: 'see_people' },
  units: { word: 'rail.units', icon: OfficeBuilding, act: 'see_units' },
  proposals: { word: 'proposals.title', icon: OfficeBuilding, act: 'see_unit_proposals' },
  admins: { word: 'rail.admins', icon: UserFilled, act: 'see_admins' },
  own_announcements: { word: 'announcements.own', icon: Bell, act: 'see_announcements' },
  notice_deliveries: { word: 'deliveries.title', icon: Bell, act: 'see_notice_deliveries' },
  audit: { word: 'rail.audit', icon: Document, act: 'read_audit_log' },
  checks: { word: 'rail.checks', icon: CircleCheck, act: 'see_deployment_checks' },
  jobs: { word: 'rail.jobs', icon: Operation, act: 'see_jobs' },
  pair: { word: 'pairing.title', icon: Connection, act: 'enter_pairing' },
  live: { word: 'course.live', icon: Monitor, act: 'see_courses' },
  records: { word: 'course.records', icon: Tickets, act: 'see_records' },
  assist: { word: 'course.assist', icon: Pointer, act: 'assist_check_in' },
  settings: { word: 'course.settings', icon: Setting, act: 'change_settings' },
} as const satisfies Record<string, Entry>;

export type PageName = keyof typeof entries;

/** What each role meets in the rail: an organiser's day first, an authority's decisions first; eight entries at most. */
export const layouts: Record<Admin['role'], readonly PageName[]> = {
  unit_admin: ['today', 'projects', 'registrations', 'people', 'units', 'admins', 'audit'],
  authority_admin: ['projects', 'today', 'registrations', 'units', 'admins', 'audit', 'checks', 'jobs'],
};

/** The pages of one course, in the order of its day. */
export const pagesOfCourse: readonly PageName[] = ['live', 'records', 'assist', 'settings'];

/** What is offered of these pages to the account that is signed in. */
export function offered(names: readonly PageName[]): (Entry & { name: PageName })[] {
  return names.map((name) => ({ name, ...entries[name] })).filter(({ act }) => may(act));
}
