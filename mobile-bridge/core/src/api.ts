// The calls a phone makes, typed, over the platform's one `send`.
// It must not know what an answer is used for; it never retries (outbox.ts does).

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import type * as wire from './wire/wire.ts';
import { fields_of, read_check_in_reply, read_login, read_with } from './wire/read.ts';
import type { Answer, ReadValue } from './wire/read.ts';

export type Proof = { phone: string; sms_code: string } | { account: string; password: string };

export interface Api {
  /** Exchanges a fresh code for a pass. */
  scan(code: string): Promise<Answer<wire.Scan>>;
  check_in(pass: string): Promise<Answer<wire.CheckInReply>>;
  /** With the pass of a scan a moment ago, or with a proof of work; with neither, the refusal holds a challenge (sms-code.ts). */
  send_sms_code(phone: string, pass: string | null, proof?: string): Promise<Answer<wire.SmsCodeSent>>;
  /**
   * An anonymous pass handed in comes back bound to the person who logged in. `work`: the proof for the challenge that an earlier
   * refusal held (with-work.ts).
   */
  log_in(proof: Proof, pass: string | null, work?: string): Promise<Answer<wire.Login>>;
  log_out(): Promise<Answer<true>>;
  records(after: string | null): Promise<Answer<wire.RecordPage>>;
  attested(receipt: string): Promise<Answer<wire.Attested>>;
}

export function api_over(platform: Platform, client: wire.Client): Api {
  const call = call_over(platform);
  const get = <T>(path: string, read_value: ReadValue<T>): Promise<Answer<T>> =>
    call({ method: 'GET', path }, read_value);
  const post = <T>(path: string, body: object, read_value: ReadValue<T>): Promise<Answer<T>> =>
    call({ method: 'POST', path: `/api/v1/${path}`, body }, read_value);

  return {
    scan: (code) => post('scans', { code, client }, read_with('pass', 'expires_at')),
    check_in: (pass) => post('check-ins', { pass, client }, read_check_in_reply),
    send_sms_code: (phone, pass, proof) =>
      post('sms-codes', { phone, client, pass, proof }, (json) =>
        typeof fields_of(json)?.retry_after_ms === 'number' ? (json as wire.SmsCodeSent) : null,
      ),
    log_in: (proof, pass, work) =>
      post('sessions', { ...proof, client, proof: work, ...(pass !== null && { pass }) }, read_login),
    log_out: () =>
      call({ method: 'DELETE', path: '/api/v1/sessions/current' }, (_, status) =>
        status === 204 ? true : null,
      ),
    records: (after) =>
      get(
        `/api/v1/me/check-ins?limit=20${after === null ? '' : `&after=${encodeURIComponent(after)}`}`,
        (json) => (Array.isArray(fields_of(json)?.items) ? (json as wire.RecordPage) : null),
      ),
    attested: (receipt) => get(`/v/${encodeURIComponent(receipt)}`, read_with('name', 'course_title', 'at')),
  };
}
