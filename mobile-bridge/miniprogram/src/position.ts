// Where the phone is, sent once when the server asks for it over a receipt: the server keeps the distance from the hall.
// It must not keep a position, nor delay anything: the check-in does not depend on it.

import { context } from './context.ts';
import { MAY_LOCATE } from './settings.ts';

/** Receipts for which the person has been asked since the start: WeChat's own question comes once, whatever the answer. */
const asked = new Set<string>();

/** True when the server has it. */
export async function tell_position(receipt: string): Promise<boolean> {
  if (!MAY_LOCATE || asked.has(receipt)) return false;
  asked.add(receipt);
  const position = await position_of_phone();
  if (position === null) return false;
  const { latitude, longitude, accuracy: accuracy_m } = position;
  const answer = await context().wechat.is_at({ latitude, longitude, accuracy_m }, receipt);
  return answer.is === 'value';
}

/** As maps in China give it (GCJ-02). Null when the person, or the phone, does not give it. */
const position_of_phone = (): Promise<WechatMiniprogram.GetLocationSuccessCallbackResult | null> =>
  new Promise((resolve) => {
    wx.getLocation({ type: 'gcj02', success: resolve, fail: () => resolve(null) });
  });
