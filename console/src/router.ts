// The console's routes, and one rule for all: a visitor who is not signed in is sent to the login and returned afterwards.
// It must not know what any page shows.
import type { Component } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { whenLoginRequired, whenPasswordRequired } from './api/client';
import type { Act } from './api/types';
import { askAgain, forget, whoIsIt } from './login/session';
import { wayBack, wayTo } from './login/way-back';
import { asRefusal } from './api/refusal';
import { entries, type PageName } from './frame/navigation';
import { outage } from './frame/outage';
import { CodeAway, late, loaded, renew } from './frame/renewal';
import LoginPage from './login/LoginPage.vue';
import MissingPage from './frame/MissingPage.vue';

type Load = () => Promise<{ default: Component }>;

const course = late(() => import('./course/CoursePage.vue'));

declare module 'vue-router' {
  interface RouteMeta {
    /** Without a login. */
    open?: true;
    /** An account that may not do this sees a page that says so instead. */
    act?: Act;
  }
}

/** A page of the navigation, under the name that it has there. */
function page(name: PageName, path: string, load: Load): RouteRecordRaw {
  return { path, name, component: late(load), meta: { act: entries[name].act } };
}

export const router = createRouter({
  history: createWebHistory('/console/'),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined! : { top: 0 }),
  routes: [
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
    {
      path: '/start',
      name: 'start',
      component: late(() => import('./start/StartPage.vue')),
      meta: { open: true },
    },
    page('today', '/', () => import('./today/TodayPage.vue')),
    {
      path: '/courses/:id([1-9]\\d{0,14})',
      component: course,
      children: [
        page('live', '', () => import('./course/LivePage.vue')),
        page('records', 'records', () => import('./records/RecordsPage.vue')),
        page('assist', 'assist', () => import('./assist/AssistPage.vue')),
        page('settings', 'settings', () => import('./settings/SettingsPage.vue')),
      ],
    },
    page('projects', '/projects', () => import('./projects/ProjectsPage.vue')),
    {
      path: '/projects/:project([1-9]\\d{0,14})',
      name: 'project',
      component: late(() => import('./projects/ProjectPage.vue')),
      meta: { act: entries.projects.act },
    },
    page('registrations', '/registrations', () => import('./registrations/RegistrationsPage.vue')),
    {
      path: '/registrations/:registration([1-9]\\d{0,14})',
      name: 'registration',
      component: late(() => import('./registrations/RegistrationPage.vue')),
      meta: { act: entries.registrations.act },
    },
    page('number_claims', '/number-claims', () => import('./claims/ClaimsPage.vue')),
    {
      path: '/number-claims/:claim([1-9]\\d{0,14})',
      name: 'number_claim',
      component: late(() => import('./claims/ClaimPage.vue')),
      meta: { act: entries.number_claims.act },
    },
    page('people', '/people', () => import('./people/PeoplePage.vue')),
    {
      path: '/units/:unit([1-9]\\d{0,14})/people',
      name: 'unit-people',
      component: late(() => import('./people/PeoplePage.vue')),
      meta: { act: entries.people.act },
    },
    {
      path: '/people/:person([1-9]\\d{0,14})',
      name: 'person',
      component: late(() => import('./people/PersonPage.vue')),
      meta: { act: entries.people.act },
    },
    page('state_changes', '/people/state-changes', () => import('./people/StateChangesPage.vue')),
    page('transfers', '/people/transfers', () => import('./people/TransfersPage.vue')),
    page('units', '/units', () => import('./units/UnitsPage.vue')),
    {
      path: '/units/import',
      name: 'unit-import',
      component: late(() => import('./imports/ImportPage.vue')),
      props: { of: 'units' },
      meta: { act: 'import_units' },
    },
    {
      path: '/people/import',
      name: 'people-import',
      component: late(() => import('./imports/ImportPage.vue')),
      props: { of: 'people' },
      meta: { act: 'import_people' },
    },
    {
      path: '/units/:unit([1-9]\\d{0,14})',
      name: 'unit',
      component: late(() => import('./units/UnitPage.vue')),
      meta: { act: entries.units.act },
    },
    page('proposals', '/units/proposals', () => import('./proposals/ProposalsPage.vue')),
    { path: '/account', name: 'account', component: late(() => import('./account/AccountPage.vue')) },
    { path: '/notices', name: 'notices', component: late(() => import('./notices/NoticesPage.vue')) },
    {
      path: '/announcements',
      name: 'announcements',
      component: late(() => import('./announcements/AnnouncementsPage.vue')),
    },
    {
      path: '/announcements/:announcement([1-9]\\d{0,14})',
      name: 'announcement',
      component: late(() => import('./announcements/AnnouncementPage.vue')),
    },
    page('own_announcements', '/announcements/own', () => import('./announcements/OwnAnnouncementsPage.vue')),
    {
      path: '/announcements/own/:announcement([1-9]\\d{0,14})',
      name: 'own-announcement',
      component: late(() => import('./announcements/OwnAnnouncementPage.vue')),
      meta: { act: entries.own_announcements.act },
    },
    page('notice_deliveries', '/notices/deliveries', () => import('./notices/DeliveriesPage.vue')),
    page('admins', '/admins', () => import('./admins/AdminsPage.vue')),
    {
      path: '/units/:unit([1-9]\\d{0,14})/admins',
      name: 'unit-admins',
      component: late(() => import('./admins/AdminsPage.vue')),
      meta: { act: entries.admins.act },
    },
    page('audit', '/audit-log', () => import('./audit/AuditPage.vue')),
    page('checks', '/checks', () => import('./checks/ChecksPage.vue')),
    page('jobs', '/jobs', () => import('./jobs/JobsPage.vue')),
    page('pair', '/pair', () => import('./screens/PairPage.vue')),
    { path: '/:rest(.*)*', name: 'missing', component: MissingPage },
  ],
});

router.beforeEach(async (to) => {
  try {
    const admin = await whoIsIt();
    outage.value = null;
    if (admin === null && !to.meta.open) return { name: 'login', query: wayTo(to.fullPath) };
    // Who was given the password chooses one of their own before anything else.
    if (admin?.must_change_password && !to.meta.open && to.name !== 'account') {
      return { name: 'account', query: wayTo(to.fullPath) };
    }
    if (admin !== null && to.name === 'login') return wayBack(to.query);
  } catch (thrown) {
    outage.value = asRefusal(thrown);
  }
  return true;
});

router.onError((thrown, to) => {
  if (thrown instanceof CodeAway) void renew(router.resolve(to.fullPath).href);
});

router.afterEach((_to, _from, failure) => {
  if (!failure) loaded();
});

/** From now on a session that ends leads to the login, which says so and leads back. */
export function watchSession(): void {
  whenLoginRequired(() => {
    forget();
    const { name, fullPath } = router.currentRoute.value;
    if (name === 'login' || name === undefined) return;
    void router.replace({ name: 'login', query: { ...wayTo(fullPath), ended: '1' } });
  });
  whenPasswordRequired(async () => {
    await askAgain();
    const { name, fullPath } = router.currentRoute.value;
    if (name !== 'account') void router.replace({ name: 'account', query: wayTo(fullPath) });
  });
}
