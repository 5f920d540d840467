// Claiming a document number that is taken by the phone of record: asked with the registration's session, answered as a login.
// It must not know how it is shown.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import { read_login, type Answer } from './wire/read.ts';
import type { ClaimByPhone } from './wire/routes.ts';
import type { Client, Login } from './wire/wire.ts';

/** `work`: the proof for the challenge that an earlier refusal held (with-work.ts). */
export type ClaimNumber = (given: ClaimByPhone, work?: string) => Promise<Answer<Login>>;

export function claim_over(platform: Pick<Platform, 'send'>, client: Client): ClaimNumber {
  const call = call_over(platform);
  return (given, proof) =>
    call(
      { method: 'POST', path: '/api/v1/registration/claim/by-phone', body: { ...given, client, proof } },
      read_login,
    );
}
