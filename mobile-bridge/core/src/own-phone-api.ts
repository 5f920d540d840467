// The routes by which people replace their own phone: a proof that it is them, then the new phone with its code.
// It must not know how they are shown.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import type { NewPhone, OwnPhone, PhoneProof, PhoneProved } from './wire/routes.ts';
import { read_with, type Answer } from './wire/read.ts';
import type { Client } from './wire/wire.ts';

export interface OwnPhoneApi {
  // `work`: the proof for the challenge that an earlier refusal held (with-work.ts).

  prove(given: PhoneProof, work?: string): Promise<Answer<PhoneProved>>;
  /** Ends all other logins. */
  change(wanted: NewPhone, work?: string): Promise<Answer<OwnPhone>>;
}

const PATH = '/api/v1/me/phone';

export function own_phone_api_over(platform: Pick<Platform, 'send'>, client: Client): OwnPhoneApi {
  const call = call_over(platform);
  return {
    prove: (given, proof) =>
      call(
        { method: 'POST', path: `${PATH}/proofs`, body: { ...given, client, proof } },
        read_with<PhoneProved>('ticket'),
      ),
    change: (wanted, proof) =>
      call({ method: 'POST', path: PATH, body: { ...wanted, client, proof } }, read_with<OwnPhone>('phone')),
  };
}
