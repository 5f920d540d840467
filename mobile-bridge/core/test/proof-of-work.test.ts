// The work that is proved before a text message: SHA-256 as Node has it, and the proofs that the server's own tests accept.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { firstWord, prove } from '@zaichang/shared/proof-of-work';

const PROOFS = JSON.parse(readFileSync(new URL('proofs.json', import.meta.url), 'utf8')) as {
  challenge: string;
  proof: string;
}[];
const at_once = { after: (_: number, run: () => void) => (run(), () => {}) };

it('hashes one block as Node does', () => {
  for (let seed = 0; seed < 200; seed++) {
    const message = createHash('sha512').update(`${seed}`).digest().subarray(0, 40);
    const block = new Int32Array(64);
    for (let word = 0; word < 10; word++) block[word] = message.readInt32BE(word * 4);
    block[10] = 1 << 31;
    block[15] = 320;
    expect(firstWord(block)).toBe(createHash('sha256').update(message).digest().readInt32BE(0));
  }
});

it.each(PROOFS)('proves what the server accepts: $challenge', async ({ challenge, proof }) => {
  expect(await prove(challenge, at_once)).toBe(proof);
});

it('does as much as the challenge says', async () => {
  const proof = await prove(`205.${'A'.repeat(28)}`, at_once);
  expect(proof.split('.')).toHaveLength(2 + 2);
});

it('lets the page breathe meanwhile', async () => {
  let breaths = 0;
  const clock = { after: (_: number, run: () => void) => (breaths++, queueMicrotask(run), () => {}) };
  const { challenge, proof } = PROOFS[0]!;
  await prove(challenge, clock);
  const numbers = proof.split('.').slice(2).map(Number);
  const tries = numbers.reduce((sum, number) => sum + number + 1, 0);
  expect(breaths).toBe(Math.floor(tries / 2048));
});
