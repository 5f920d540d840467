// What every page does alike: reader preferences on its root, its title, links to the other pages, the seconds it counts.
// It must not know what any page shows.

import { read_scanned, type Scanned, type Sentence } from '@zaichang/core';
import { context, t } from '../context.ts';
import { scan_with_wechat } from '../scan-entry.ts';
import { scanned_here } from '../scene.ts';

/** For the root's style: how large text is set. */
export interface Look {
  style: string;
}

export const look = (): Look => ({ style: `--k:${context().preferences.scale()}` });

export function name_page(title: Sentence): void {
  wx.setNavigationBarTitle({ title: t(title) });
}

const address = (page: string, query: Record<string, string> = {}): string => {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/pages/${page}/${page}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
};

export const go = (page: string, query?: Record<string, string>): void =>
  void wx.navigateTo({ url: address(page, query) });

/** Like go, but the page left is not one to come back to. */
export const replace = (page: string, query?: Record<string, string>): void =>
  void wx.redirectTo({ url: address(page, query) });

export const go_home = (): void => void wx.reLaunch({ url: address('home') });

/** To the page before; to the start page when this one was opened from outside. */
export function back(): void {
  if (getCurrentPages().length > 1) void wx.navigateBack();
  else go_home();
}

/** Our own scanner, and on to the scan's page; returns the reason when there was no code to go on with. */
export async function scan(
  leave: typeof go = go,
): Promise<Exclude<Scanned, { is: 'code' }> | 'failed' | null> {
  const read = await scan_with_wechat();
  if (read.is !== 'text') return read.is === 'failed' ? 'failed' : null;
  const scanned = read_scanned(read.text);
  if (scanned.is !== 'code') return scanned;
  scanned_here();
  leave('scan', { code: scanned.code });
  return null;
}

/** Calls at once and each second until the returned function is called. */
export function each_second(show: () => void): () => void {
  show();
  const timer = setInterval(show, 1_000);
  return () => clearInterval(timer);
}

export type Tap = WechatMiniprogram.TouchEvent<
  WechatMiniprogram.IAnyObject,
  WechatMiniprogram.IAnyObject,
  { does: string }
>;
