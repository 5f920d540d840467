// Views that a scan may need, but not at once: their code comes when they are first shown.
// They take the props and events of the views they stand for.

import { CONSENT } from '@zaichang/core';
import { late } from './late.ts';

/** Before a phone's first login stands the privacy notice. */
export const LoginView = late(({ boot, platform }) =>
  !platform.storage.read(CONSENT)
    ? import('./parts/consent-view.vue')
    : boot.wechat
      ? import('./wechat/wechat-view.vue')
      : import('./parts/login-view.vue'),
);
/** Without it a result is what it was. */
export const AfterResult = late(() => import('./parts/after-result.vue'), null);
export const ResultWho = late(() => import('./parts/result-who.vue'), null);
export const RefusalView = late(() => import('./parts/refusal-view.vue'));
