// Where a person sees their own logins: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

import type { Sentence } from '@zaichang/core';

const OWN_LOGINS_HASH = '#logins';
export const OWN_LOGINS_ADDRESS = `/${OWN_LOGINS_HASH}`;

export const is_own_logins = ({ hash }: Pick<Location, 'hash'>): boolean => hash === OWN_LOGINS_HASH;

/** As the view's own title; the view's words are loaded with it. */
export const OWN_LOGINS_TITLE: Sentence = ['登录设备', 'Where you are logged in'];
