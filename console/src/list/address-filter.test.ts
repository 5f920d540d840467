// Checks where a list's page is read from an address, and when a filter is written into one. It must not need a page.
import { expect, test } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { cursorIn, replacing } from './address-filter';

test('a page is a cursor in the address, the first page is none', () => {
  expect(cursorIn({ after: 'eyJhIjoxfQ' })).toBe('eyJhIjoxfQ');
  expect(cursorIn({})).toBeNull();
  expect(cursorIn({ after: '' })).toBeNull();
});

const page = { render: () => null };

test('a search that settles while the next page is on its way does not lead back to the list', async () => {
  let arrive: (code: typeof page) => void = () => undefined;
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const late = () => {
    asked();
    return new Promise<typeof page>((resolve) => (arrive = resolve));
  };
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/list', component: page },
      { path: '/other', component: late },
      { path: '/never', component: () => Promise.reject(new Error('away')) },
    ],
  });
  router.onError(() => undefined);
  const replace = replacing(router, (q: string) => ({ q }));
  await router.push('/list');
  const going = router.push('/other');
  await isAsked;
  replace('口腔');
  arrive(page);
  await going;
  expect(router.currentRoute.value.fullPath).toBe('/other');

  // On the page itself it is written, also once a way elsewhere has failed.
  await router.push('/list');
  await router.push('/never').catch(() => undefined);
  replace('口腔');
  await expect.poll(() => router.currentRoute.value.query['q']).toBe('口腔');
  expect(router.currentRoute.value.path).toBe('/list');
});
