// The app's own server, as far as the bridge needs it: it knows who is logged in to the app, and signs that for us.
// A reference in Node; any language with Ed25519 does the same in as many lines.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What is signed: this, a zero byte, and the claims as they are sent. */
const DOMAIN = 'zaichang/app-assertion/v1\0';

/** A server with a new key. `key` is what stands in ZAICHANG_APP_KEYS. @param {string} issuer */
export function openAppServer(issuer) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  // The last 32 bytes of the key's DER are the key itself.
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    key: `${issuer}:${raw.toString('base64')}`,

    /**
     * @param {{ name: string, id_number: string }} person whom the app's own session says it is, never the page
     * @param {{ audience: string, device_id: string, life_s?: number, nonce?: Buffer, now?: Date }} wanted
     */
    assertion(person, { audience, device_id, life_s = 120, nonce = randomBytes(16), now = new Date() }) {
      const claims = Buffer.from(
        JSON.stringify({
          issuer,
          audience,
          name: person.name,
          id_number: person.id_number,
          device_id,
          issued_at: now.toISOString(),
          expires_at: new Date(now.getTime() + life_s * 1000).toISOString(),
          nonce: nonce.toString('base64url'),
        }),
      );
      const signature = sign(null, Buffer.concat([Buffer.from(DOMAIN), claims]), privateKey);
      return `${claims.toString('base64url')}.${signature.toString('base64url')}`;
    },
  };
}
