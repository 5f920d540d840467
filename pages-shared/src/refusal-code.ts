// The codes of refusals as types: what the server of this release says, and what a newer one may say.
// It must not know any sentence.

import type { PhoneRefusalCode, RefusalCode } from './refusals.ts';

export type { PhoneRefusalCode, RefusalCode };

/** A newer server's code, which these pages have no name for. It is like no code that is written in them. */
export type StrangeCode = string & { readonly strange: true };
