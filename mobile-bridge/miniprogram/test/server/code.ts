// The rotating code as its contract defines it, made here by hand: what the venue's screen shows at an instant.
// Written after the document and not after the server's source.

import { createHmac, hkdfSync } from 'node:crypto';

/** The strictest profile, which the demo's courses have. */
const STEP_MS = 3_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function code_at(unix_ms: number, screen: number, master_key: string): string {
  // Each screen has a phase of its own, so that not all change in one instant.
  const phase_ms = ((Math.imul(screen, 2_654_435_769) >>> 0) * STEP_MS) / 2 ** 32;
  const step = BigInt(Math.floor((unix_ms + Math.floor(phase_ms)) / STEP_MS));
  const info = Buffer.concat([Buffer.from('zaichang/code/v2'), u32(screen)]);
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(master_key, 'base64'), '', info, 32));
  const message = Buffer.alloc(12);
  message.writeUInt32BE(STEP_MS, 0);
  message.writeBigUInt64BE(step, 4);
  const tag = createHmac('sha256', key).update(message).digest().subarray(0, 16);
  const low = Buffer.alloc(2);
  low.writeUInt16BE(Number(step & 0xffffn));
  return base32(Buffer.concat([u32(screen), low, tag]));
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
