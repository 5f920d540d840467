// Where a person reads their notices: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

import type { Sentence } from '@zaichang/core';

const INBOX_HASH = '#notices';
export const INBOX_ADDRESS = `/${INBOX_HASH}`;

export const is_inbox = ({ hash }: Pick<Location, 'hash'>): boolean => hash === INBOX_HASH;

/** As the view's own title; the view's words are loaded with it. */
export const INBOX_TITLE: Sentence = ['消息', 'Notices'];
/** More than this many are not counted. */
export const COUNTED = 99;
export const UNREAD: Sentence = ['{count} 条未读', '{count} unread'];
