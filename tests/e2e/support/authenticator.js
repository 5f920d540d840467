// An authenticator app: the codes of a secret by RFC 6238, in this process. It must not know our server's.

import { createHmac } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

/** @param {string} secret in base32, spaces as people read them */
function bytesOf(secret) {
  const bits = [...secret.replace(/\s/g, '')]
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** The six digits of a step. @param {string} secret @param {number} step */
function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const tag = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const at = (tag[tag.length - 1] ?? 0) & 0xf;
  return String((tag.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** @param {string} secret */
export function authenticatorOf(secret) {
  let last = 0;
  return {
    /** A code that was not shown before: the next step's where this one's was, which counts half a minute early. */
    code() {
      last = Math.max(Math.floor(Date.now() / STEP_MS), last + 1);
      return codeOf(secret, last);
    },
  };
}
