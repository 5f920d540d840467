// Where a person reads announcements: the list and each of them are views of the start page, so that the back button closes them.
// It must not know what the views show.

import type { Sentence } from '@zaichang/core';

const LIST_HASH = '#announcements';
export const ANNOUNCEMENTS_ADDRESS = `/${LIST_HASH}`;

/** The id of the one that is read; 0 of the list, null elsewhere. */
export function announcement_in({ hash }: Pick<Location, 'hash'>): number | null {
  const found = /^#announcements(?:\/([1-9]\d{0,14}))?$/.exec(hash);
  return found ? Number(found[1] ?? 0) : null;
}

/** As the view's own title; the view's words are loaded with it. */
export const ANNOUNCEMENTS_TITLE: Sentence = ['通知公告', 'Announcements'];
