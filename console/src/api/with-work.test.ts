// Checks that a call is made again with work only where there is a challenge, and in no circles. It must not need a server.
import { expect, test } from 'vitest';
import { Refusal, refusalOf } from './refusal';
import { withWork } from './with-work';

const asked = (challenge: string) =>
  refusalOf(429, { code: 'too_many_requests', title: '尝试次数过多', retry_after_ms: 2000, challenge });
const limited = refusalOf(429, { code: 'too_many_requests', title: '尝试次数过多', retry_after_ms: 2000 });

/** What was sent, with these answers one after another, and how it ended. */
async function sent(...answers: (string | Error)[]): Promise<[(string | null)[], unknown]> {
  const proofs: (string | null)[] = [];
  const call = (proof: string | null) => {
    proofs.push(proof);
    const answer = answers[proofs.length - 1] ?? limited;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const ended = await withWork(call, (challenge) => Promise.resolve(`${challenge}.1`)).catch(
    (thrown: unknown) => thrown,
  );
  return [proofs, ended];
}

test('it is made again with the work, and once more where more is asked for meanwhile', async () => {
  expect(await sent('in')).toEqual([[null], 'in']);
  expect(await sent(asked('a'), 'in')).toEqual([[null, 'a.1'], 'in']);
  expect(await sent(asked('a'), asked('b'), 'in')).toEqual([[null, 'a.1', 'b.1'], 'in']);
});

test('it works for nothing else, and goes in no circles', async () => {
  expect(await sent(limited)).toEqual([[null], limited]);
  const [proofs, ended] = await sent(asked('a'), asked('b'), asked('c'), 'in');
  expect(proofs).toEqual([null, 'a.1', 'b.1']);
  expect((ended as Refusal).challenge).toBe('c');
  const broken = new TypeError('broken');
  expect(await sent(broken)).toEqual([[null], broken]);
});
