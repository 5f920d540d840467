// The console's routes, and one rule for all: a visitor who is not signed in is sent to the login and returned afterwards.
// It must not know what any page shows.
import { createRouter, createWebHistory } from 'vue-router';
import { whenLoginRequired } from './api/client';
import { forget, whoIsIt } from './login/session';
import { wayBack, wayTo } from './login/way-back';
import { asRefusal } from './api/refusal';
import { outage } from './frame/outage';
import { CodeAway, late, loaded, renew } from './frame/renewal';
import LoginPage from './login/LoginPage.vue';
import MissingPage from './frame/MissingPage.vue';

const course = late(() => import('./course/CoursePage.vue'));
/** An account that may not run courses sees a page that says so instead of these. */
const runs = { runsCourses: true };

export const router = createRouter({
  history: createWebHistory('/console/'),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined! : { top: 0 }),
  routes: [
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
    { path: '/', name: 'today', component: late(() => import('./today/TodayPage.vue')) },
    {
      path: '/courses/:id([1-9]\\d{0,14})',
      component: course,
      children: [
        { path: '', name: 'live', component: late(() => import('./course/LiveRoom.vue')) },
        { path: 'records', name: 'records', component: late(() => import('./records/RecordsRoom.vue')) },
        {
          path: 'assist',
          name: 'assist',
          component: late(() => import('./assist/AssistRoom.vue')),
          meta: runs,
        },
        {
          path: 'settings',
          name: 'settings',
          component: late(() => import('./settings/SettingsRoom.vue')),
          meta: runs,
        },
      ],
    },
    { path: '/pair', name: 'pair', component: late(() => import('./screens/PairPage.vue')), meta: runs },
    { path: '/:rest(.*)*', name: 'missing', component: MissingPage },
  ],
});

router.beforeEach(async (to) => {
  try {
    const admin = await whoIsIt();
    outage.value = null;
    if (admin === null && !to.meta['open']) return { name: 'login', query: wayTo(to.fullPath) };
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
}
