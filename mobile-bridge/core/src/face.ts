// Sends a face check: begins it with the server, shows the provider's page, asks the server for its result.
// What the phone itself says about the outcome is ignored.

import type { NeedsFace } from './attempt.ts';
import { retry_delay } from './backoff.ts';
import { call_over } from './call.ts';
import type { Sender } from './sender.ts';
import type { Happening } from './next.ts';
import type { Platform } from './platform.ts';
import { verdict_of } from './verdict.ts';
import type { FaceCheck, FaceResult } from './wire/routes.ts';
import { fields_of, read_with, type Answer } from './wire/read.ts';
import type { Client, Problem } from './wire/wire.ts';

/** The provider's page. Settles when the page has been left, for any reason. */
export interface FacePage {
  show(verify_id: string): Promise<void>;
}

/** A provider that has not decided yet is asked again this often; then the person is. */
const PENDING_TRIES = 5;

const UNFINISHED: Problem = { code: 'face_unfinished', status: 0 };
const NOT_PASSED: Problem = { code: 'face_not_passed', status: 0 };

export interface FaceParts {
  platform: Platform;
  client: Client;
  page: FacePage;
  /** Server Unix ms. */
  now(): number;
}

export function with_face(sender: Sender, { platform, client, page, now }: FaceParts): Sender {
  const call = call_over(platform);
  const { random } = platform;
  const post = (path: string, body: object) => ({ method: 'POST' as const, path: `/api/v1/${path}`, body });
  const later = (tries: number, asked_ms = 0): number => now() + retry_delay(tries, asked_ms, random);

  /** No value: a refusal, or a pause. */
  function without_value(answer: Answer<never>, tries: number, sent_as: number | null): Happening {
    const verdict = verdict_of(answer);
    if (verdict.it !== 'put_off') return verdict;
    const { asked_ms, ...put_off } = verdict;
    return { ...put_off, sent_as, retry_at: later(tries, asked_ms) };
  }

  async function begin(pass: string, sent_as: number | null): Promise<Happening> {
    const answer = await call(
      post('face-checks', { pass, client }),
      read_with<FaceCheck>('face_check', 'verify_id'),
    );
    // The organiser has switched the face check off: the check-in itself will show that.
    if (answer.is === 'refused' && answer.problem.code === 'face_not_asked') return { it: 'face_passed' };
    if (answer.is !== 'value') return without_value(answer, 0, sent_as);
    const { face_check: check, verify_id } = answer.value;
    return { it: 'face', at: { step: 'looks', check, verify_id, retry_at: 0 } };
  }

  async function look(check: string, verify_id: string): Promise<Happening> {
    await page.show(verify_id);
    return { it: 'face', at: { step: 'asks', check, tries: 0, retry_at: 0 } };
  }

  async function ask(check: string, tries: number, sent_as: number | null): Promise<Happening> {
    const answer = await call(post(`face-checks/${encodeURIComponent(check)}/result`, {}), read_result);
    // A check that the server no longer knows has no result, and says nothing about the scan.
    const unknown = answer.is === 'refused' && answer.problem.status === 404;
    if (unknown) return waits(UNFINISHED);
    if (answer.is !== 'value') return without_value(answer, tries, sent_as);
    switch (answer.value.status) {
      case 'passed':
        return { it: 'face_passed' };
      case 'failed':
        return waits(NOT_PASSED);
      case 'pending':
        if (tries + 1 >= PENDING_TRIES) return waits(UNFINISHED);
        return { it: 'face', at: { step: 'asks', check, tries: tries + 1, retry_at: later(tries) } };
    }
  }

  function send_face_step({ at, pass }: NeedsFace, sent_as: number | null): Promise<Happening> {
    switch (at.step) {
      case 'begins':
        return begin(pass, sent_as);
      case 'looks':
        return look(at.check, at.verify_id);
      case 'asks':
        return ask(at.check, at.tries, sent_as);
      case 'waits':
        return Promise.resolve({ it: 'seen' });
    }
  }

  return {
    send: (attempt, logged_in) =>
      attempt.state === 'needs_face' ? send_face_step(attempt, logged_in) : sender.send(attempt, logged_in),
  };
}

const waits = (trouble: Problem): Happening => ({ it: 'face', at: { step: 'waits', trouble } });

function read_result(json: unknown): FaceResult | null {
  const status = fields_of(json)?.status;
  return status === 'passed' || status === 'failed' || status === 'pending' ? { status } : null;
}
