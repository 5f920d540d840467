// The text message for a person who has not just scanned: work begun early, done once for both messages, redone when it is too old.

import { beforeEach, expect, it } from 'vitest';
import type { Api } from '../src/api.ts';
import { send_with_work, work_for } from '../src/sms-code.ts';
import type { Answer } from '../src/wire/read.ts';
import type { SmsCodeSent } from '../src/wire/wire.ts';

const SENT: Answer<SmsCodeSent> = { is: 'value', value: { expires_in_ms: 300_000, retry_after_ms: 60_000 } };
const at_once = { after: (_: number, run: () => void) => (run(), () => {}) };

/** Half of all numbers prove this one; the letter makes each one different. */
const challenge_of = (letter: string): string => `101.${letter.repeat(28)}`;

/** The proofs that were sent. */
let proofs: (string | undefined)[];
let challenge: string;
let line: boolean;
let takes_proofs: boolean;
/** What was worked out is kept as long as the page lives: each test has a number of its own. */
let phone = 13800000000;

beforeEach(() => {
  proofs = [];
  challenge = challenge_of('A');
  line = takes_proofs = true;
  phone++;
});

const api = {
  async send_sms_code(_: string, scan: string | null, proof?: string): Promise<Answer<SmsCodeSent>> {
    proofs.push(proof?.slice(0, 5));
    if (!line) return { is: 'no_answer' };
    if (scan === null && takes_proofs && proof?.startsWith(`${challenge}.`)) return SENT;
    return { is: 'refused', problem: { code: 'proof_required', status: 428, challenge } };
  },
} as Partial<Api> as Api;

const prepare = (): Promise<unknown> => work_for(api, at_once, `${phone}`);
const send = (): Promise<Answer<SmsCodeSent>> => send_with_work(api, at_once, `${phone}`);

it('has worked already when the message is asked for, and once for both messages', async () => {
  void prepare();
  await prepare();
  expect(proofs).toEqual([undefined]);
  expect(await send()).toBe(SENT);
  expect(await send()).toBe(SENT);
  expect(proofs).toEqual([undefined, '101.A', '101.A']);
});

it('works when nothing was prepared', async () => {
  expect(await send()).toBe(SENT);
  expect(proofs).toEqual([undefined, '101.A']);
});

it('works anew when the proof is too old', async () => {
  await send();
  challenge = challenge_of('B');
  proofs = [];
  expect(await send()).toBe(SENT);
  expect(proofs).toEqual(['101.A', undefined, '101.B']);
});

it('works when the line is there again', async () => {
  line = false;
  await prepare();
  expect(await send()).toEqual({ is: 'no_answer' });
  line = true;
  expect(await send()).toBe(SENT);
});

it('goes in no circles', async () => {
  takes_proofs = false;
  expect(await send()).toMatchObject({ is: 'refused', problem: { code: 'proof_required' } });
  expect(proofs).toHaveLength(4);
});
