// Where people replace their own phone: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

import type { Sentence } from '@zaichang/core';

const OWN_PHONE_HASH = '#phone';
export const OWN_PHONE_ADDRESS = `/${OWN_PHONE_HASH}`;

export const is_own_phone = ({ hash }: Pick<Location, 'hash'>): boolean => hash === OWN_PHONE_HASH;

/** As the view's own title; the view's words are loaded with it. */
export const OWN_PHONE_TITLE: Sentence = ['更换手机号', 'Change your mobile number'];
