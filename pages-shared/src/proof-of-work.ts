// The work a phone or a console does before a text message is sent to a person who has not just scanned, or before a login is judged where
// many wrong ones were tried: it costs a second or two here, and a flood of them costs its sender. Plain SHA-256, because pages without
// https have no `crypto.subtle`. It must not know what is asked for.

/** Runs something a little later, so that the page is drawn meanwhile. */
export interface Later {
  after(delayMs: number, run: () => void): unknown;
}

/** A tenth of a second on an old phone, so that the page stays alive. */
const TRIES_AT_ONCE = 2048;

const STARTS: number[] = [];
const CONSTANTS = new Int32Array(64);

/** The first 32 bits behind the point, as FIPS 180-4 takes them from roots of primes. */
const behindPoint = (root: number): number => (root * 2 ** 32) | 0;

for (let n = 2, found = 0; found < 64; n++) {
  let divisor = 2;
  while (n % divisor) divisor++;
  if (divisor < n) continue;
  if (found < 8) STARTS.push(behindPoint(Math.sqrt(n)));
  CONSTANTS[found++] = behindPoint(Math.cbrt(n));
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** The first word of SHA-256 over one block; `block` has room for the 48 words that are made of its sixteen. */
export function firstWord(block: Int32Array): number {
  let [a, b, c, d, e, f, g, h] = STARTS as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    if (i > 15) {
      const x = block[i - 15]!;
      const y = block[i - 2]!;
      block[i] =
        block[i - 16]! +
        (turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)) +
        block[i - 7]! +
        (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
    }
    const one =
      h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[i]! + block[i]!;
    const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return (a + STARTS[0]!) | 0;
}

/**
 * The proof for a challenge of 32 characters, `RBB.…`: for each of R rounds a number whose hash, over challenge, round and number,
 * begins with BB zero bits.
 */
export async function prove(challenge: string, clock: Later): Promise<string> {
  const [rounds, bits] = [+challenge[0]!, +challenge.slice(1, 3)];
  const block = new Int32Array(64);
  for (let i = 0; i < 32; i++) block[i >> 2]! |= challenge.charCodeAt(i) << (24 - 8 * (i & 3));
  block[10] = 1 << 31;
  block[15] = 8 * 40;
  const proof = [challenge];
  for (let tries = 1, number = 0; proof.length <= rounds; tries++) {
    block[8] = proof.length;
    block[9] = number;
    if (firstWord(block) >>> (32 - bits)) number++;
    else {
      proof.push(`${number}`);
      number = 0;
    }
    if (tries % TRIES_AT_ONCE === 0) await new Promise<void>((resume) => clock.after(0, resume));
  }
  return proof.join('.');
}
