// Consent to the privacy notice on this phone: asked for once before the first login, sent to the server once a user is
// logged in, asked for again when the notice changes. It must not know what the notice says, nor how it is shown.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import { CONSENT, PRIVACY_VERSION } from './words/privacy-version.ts';
import type { Client } from './wire/wire.ts';

/** Agreed to on this phone, whether or not the server knows. */
const GIVEN = `${CONSENT}.given`;

export interface Consent {
  /** Whether the notice that holds now has been agreed to on this phone. */
  is_given(): boolean;
  give(): void;
  /** Sends the consent for the logged-in person; a failure is tried again at the next login. */
  keep(): Promise<void>;
}

export function consent_over(platform: Platform, client_kind: Client['kind']): Consent {
  const { storage } = platform;
  const call = call_over(platform);
  return {
    is_given: () => (storage.read(CONSENT) ?? storage.read(GIVEN)) !== null,
    give: () => storage.write(GIVEN, 'yes'),
    async keep() {
      if (storage.read(CONSENT) !== null || storage.read(GIVEN) === null) return;
      const body = { version: PRIVACY_VERSION, client_kind };
      const answer = await call({ method: 'POST', path: '/api/v1/me/privacy-consents', body }, (_, status) =>
        status === 204 ? true : null,
      );
      if (answer.is === 'value') storage.write(CONSENT, 'kept');
    },
  };
}
