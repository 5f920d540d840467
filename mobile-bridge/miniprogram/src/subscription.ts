// The one message a person may ask for, 「学分已授予」: asked on their tap after a success, sent to the server.
// It must not ask by itself: WeChat allows the question only on a tap, and each yes is good for one message.

import type { Recorded, Subscription } from '@zaichang/core';
import { context } from './context.ts';
import { AWARD_TEMPLATE } from './settings.ts';

export type Subscribed = 'accept' | 'other';

/** Once per check-in, where a template was applied for. */
export const subscription_wanted = ({ state }: Pick<Recorded, 'state'>): boolean =>
  AWARD_TEMPLATE !== '' && (state === 'recorded' || state === 'already');

export async function subscribe(): Promise<Subscribed> {
  const result = await ask_wechat();
  if (result !== null) await context().wechat.subscribed({ template: 'award', result });
  return result === 'accept' ? 'accept' : 'other';
}

/** Null when WeChat did not even ask (20004: the main switch is off), which changes nothing at the server. */
const ask_wechat = (): Promise<Subscription['result'] | null> =>
  new Promise((resolve) => {
    wx.requestSubscribeMessage({
      tmplIds: [AWARD_TEMPLATE],
      success: (answers) => resolve(result_of((answers as Record<string, unknown>)[AWARD_TEMPLATE])),
      fail: () => resolve(null),
    });
  });

function result_of(answer: unknown): Subscription['result'] | null {
  const known = answer === 'accept' || answer === 'reject' || answer === 'ban' || answer === 'filter';
  return known ? answer : null;
}
