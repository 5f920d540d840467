// The routes by which people set the account and the password that they log in by: the account that stands, a proof that it is them, then
// the new password. It must not know how they are shown.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import type { NewPassword, OwnAccount, OwnPasswordSet, PasswordProof, PhoneProved } from './wire/routes.ts';
import { read_with, type Answer } from './wire/read.ts';
import type { Client } from './wire/wire.ts';

export interface OwnPasswordApi {
  account(): Promise<Answer<OwnAccount>>;
  /** `work`: the proof for the challenge that an earlier refusal held (with-work.ts). */
  prove(given: PasswordProof, work?: string): Promise<Answer<PhoneProved>>;
  /** Ends all other logins. */
  set(wanted: NewPassword): Promise<Answer<OwnPasswordSet>>;
}

const PATH = '/api/v1/me/password';

export function own_password_api_over(platform: Pick<Platform, 'send'>, client: Client): OwnPasswordApi {
  const call = call_over(platform);
  return {
    account: () => call({ method: 'GET', path: PATH }, read_with<OwnAccount>('account')),
    prove: (given, proof) =>
      call(
        { method: 'POST', path: `${PATH}/proofs`, body: { ...given, client, proof } },
        read_with<PhoneProved>('ticket'),
      ),
    set: (wanted) =>
      call({ method: 'POST', path: PATH, body: { ...wanted, client } }, read_with<OwnPasswordSet>('account')),
  };
}
