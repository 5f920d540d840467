// Which component an address shows. What a scan needs is in the first load; the rest comes when it is asked for.
// It must not know what a page does.

import { h, type Component, type VNode } from 'vue';
import { late } from './late.ts';
import { LoginView } from './late-views.ts';
import ScanPage from './pages/scan-page.vue';
import type { Navigation } from './navigation.ts';

const Home = late(() => import('./pages/home-page.vue'));
const Camera = late(() => import('./pages/camera-page.vue'));
const Records = late(() => import('./pages/records-page.vue'));
const Receipt = late(() => import('./pages/receipt-page.vue'));

/** Keyed by what the page is about, so that the next receipt or scan starts afresh. */
export function page_of({ route, replace }: Navigation): VNode {
  const at = route.value;
  const page = (component: Component, key: string, props: object = {}): VNode =>
    h(component, { key, ...props });
  switch (at.page) {
    case 'scan':
      return page(ScanPage, `scan ${at.code}`, { code: at.code });
    case 'login':
      return page(LoginView, 'login', { onDone: () => replace(at.back) });
    case 'records':
      return page(Records, 'records');
    case 'receipt':
      return page(Receipt, `receipt ${at.receipt}`, { receipt: at.receipt });
    case 'home':
      return at.camera ? page(Camera, 'camera') : page(Home, 'home');
  }
}
