// A call that may be asked to work first: a login where many wrong ones were tried. It is made again with the work, and the reader
// notices nothing but a wait. It must not know what is asked for.
import { Refusal } from './refusal';

/** More may be asked for while one works, once. */
const most = 2;

/** The solver, loaded only where it is needed. */
async function prove(challenge: string): Promise<string> {
  const solver = await import('@zaichang/shared/proof-of-work');
  return solver.prove(challenge, { after: (delayMs, run) => setTimeout(run, delayMs) });
}

/** `call` is told what was worked out; any refusal without a challenge stands, and so does the third one. */
export async function withWork<T>(
  call: (proof: string | null) => Promise<T>,
  solve: (challenge: string) => Promise<string> = prove,
): Promise<T> {
  let proof: string | null = null;
  for (let worked = 0; ; worked++) {
    try {
      return await call(proof);
    } catch (thrown) {
      const challenge = thrown instanceof Refusal ? thrown.challenge : null;
      if (challenge === null || worked === most) throw thrown;
      proof = await solve(challenge);
    }
  }
}
