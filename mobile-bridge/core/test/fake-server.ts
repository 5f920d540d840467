// The check-in service as the contract promises it, small enough to be seen through: codes, passes, one row per slot.
// It counts what must never happen (a pass under another person's session, a row without its face), so that tests can look.

import type { HttpReply, HttpRequest } from '../src/platform.ts';
import type { CheckInRecord, Scan } from '../src/wire/wire.ts';

const ANONYMOUS_MS = 180_000;
const BOUND_MS = 24 * 3600 * 1000;
const SLOT_MS = 600_000;
const FRESH_MS = 6_000;

interface Pass {
  code: string;
  at: number;
  person: number | null;
}

type Mood = 'well' | 'storage_away' | 'busy' | 'broken';

export class FakeServer {
  mood: Mood = 'well';
  /** Who is logged in on the phone under test: its cookie. */
  session: number | null = null;
  refused_people = new Set<number>();
  /** Living sessions of a phone without cookies, by token. */
  tokens = new Map<string, number>();
  /** Whether courses ask for a face check. */
  face = false;
  /** What the provider will say of the next check: nothing until its page has been shown. */
  face_checks: { person: number; said: 'passed' | 'failed' | 'pending' }[] = [];
  /** Rows that were written without the face check that was asked for. */
  faceless_rows = 0;
  rows: (CheckInRecord & { person: number; slot: number })[] = [];
  strangers_passes = 0;
  #now: () => number;
  #issued = 0;
  #shown_at = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A screen shows this code from now on for one step and its grace. */
  show(code: string): void {
    this.#shown_at.set(code, this.#now());
  }

  /** A session like the ones that platforms without cookies keep. */
  issue(person: number): string {
    this.#issued += 1;
    const token = `token-${this.#issued}`;
    this.tokens.set(token, person);
    return token;
  }

  /** `session`: whose cookie or token came with the request; undefined for a token that is not a living session. */
  answer(request: HttpRequest, session: number | null | undefined): HttpReply {
    const body = (request.body ?? {}) as Record<string, string>;
    if (this.mood === 'broken') return { status: 502, json: undefined };
    if (session === undefined) return refusal(401, 'login_required');
    if (request.path === '/api/v1/face-checks') return this.#begin_face(body.pass ?? '', session);
    const asked = /^\/api\/v1\/face-checks\/(\d+)\/result$/.exec(request.path);
    if (asked) return this.#tell_face(Number(asked[1]), session);
    if (request.path === '/api/v1/scans') return this.#scan(body.code ?? '', session);
    if (request.path === '/api/v1/check-ins') return this.#check_in(body.pass ?? '', session);
    return refusal(404, 'not_found');
  }

  /** What opening the code's address answers: a fresh pass, this very scan's check-in, or the reason. */
  judge(
    code: string,
    session = this.session,
  ): { scan?: Scan; recorded?: CheckInRecord; kept?: string; refusal?: string } {
    const shown_at = this.#shown_at.get(code) ?? -Infinity;
    if (this.#now() - shown_at < FRESH_MS) {
      const scan = this.#scan_of(code, session);
      // With its store away the server knows that the code is fresh, but not where its screen stands.
      return this.mood === 'storage_away' ? { kept: scan.pass } : { scan };
    }
    const row = this.rows.find((known) => known.receipt.startsWith(`${code}|`) && known.person === session);
    return row ? { recorded: row } : { refusal: 'code_expired' };
  }

  #begin_face(text: string, person: number | null): HttpReply {
    const pass = JSON.parse(text) as Pass;
    if (person === null) return refusal(401, 'login_required');
    if (pass.person !== null && pass.person !== person) return this.#strangers_pass();
    if (this.mood !== 'well') return refusal(503, 'busy', { retry_after_ms: 500 });
    if (!this.face) return refusal(409, 'face_not_asked');
    this.face_checks.push({ person, said: 'pending' });
    const face_check = String(this.face_checks.length - 1);
    const expires_at = new Date(this.#now() + 600_000).toISOString();
    return {
      status: 201,
      json: { face_check, provider: 'wechat', verify_id: `v-${face_check}`, expires_at },
    };
  }

  #tell_face(number: number, person: number | null): HttpReply {
    if (person === null) return refusal(401, 'login_required');
    const check = this.face_checks[number];
    if (check === undefined || check.person !== person) return refusal(404, 'not_found');
    if (this.mood !== 'well') return refusal(503, 'busy', { retry_after_ms: 500 });
    return { status: 200, json: { status: check.said } };
  }

  #has_shown_face(person: number): boolean {
    return this.face_checks.some((check) => check.person === person && check.said === 'passed');
  }

  #strangers_pass(): HttpReply {
    this.strangers_passes += 1;
    return refusal(403, 'pass_invalid');
  }

  bind(text: string, person: number): string | null {
    const pass = JSON.parse(text) as Pass;
    return this.#now() - pass.at > ANONYMOUS_MS ? null : JSON.stringify({ ...pass, person });
  }

  #scan(code: string, session: number | null): HttpReply {
    const { scan, kept } = this.judge(code, session);
    if (kept !== undefined) {
      return refusal(503, 'storage_unavailable', { pass: kept, retry_after_ms: 2_000 });
    }
    return scan ? { status: 201, json: scan } : refusal(410, 'code_expired');
  }

  #scan_of(code: string, session: number | null): Scan {
    const at = this.#now();
    const pass: Pass = { code, at, person: session };
    const expires_at = new Date(at + (session === null ? ANONYMOUS_MS : BOUND_MS)).toISOString();
    const face = this.face && (session === null || !this.#has_shown_face(session));
    const needs: Scan['needs'] = face ? ['face'] : [];
    return { pass: JSON.stringify(pass), expires_at, needs, course: course() };
  }

  #check_in(text: string, person: number | null): HttpReply {
    const pass = JSON.parse(text) as Pass;
    if (person === null) return refusal(401, 'login_required');
    if (pass.person !== null && pass.person !== person) return this.#strangers_pass();
    const age_ms = this.#now() - pass.at;
    if (age_ms > (pass.person === null ? ANONYMOUS_MS : BOUND_MS)) return refusal(410, 'pass_expired');
    if (this.refused_people.has(person)) return refusal(403, 'person_not_approved');
    if (this.mood === 'busy') return refusal(503, 'busy', { retry_after_ms: 500 });
    if (this.face && !this.#has_shown_face(person)) return refusal(403, 'face_required');
    if (this.mood === 'storage_away') {
      const bound = JSON.stringify({ ...pass, person });
      return { status: 202, json: { status: 'deferred', pass: bound, retry_after_ms: 2_000 } };
    }
    return this.#commit(pass, person);
  }

  #commit({ code, at }: Pass, person: number): HttpReply {
    const slot = Math.floor(at / SLOT_MS);
    const known = this.rows.find((row) => row.person === person && row.slot === slot);
    if (known) return { status: 200, json: { status: 'already_recorded', ...known } };
    const instant = new Date(at).toISOString();
    const check_in = {
      id: String(this.rows.length + 1),
      course_id: 1,
      course_title: '心电图判读要点',
      project_number: '2025-11-01-033 (国)',
      project_name: '基层心电图诊断技术培训班',
      at: instant,
      recorded_at: new Date(this.#now()).toISOString(),
      day: instant.slice(0, 10),
      slot,
      source: 'scan' as const,
    };
    if (this.face && !this.#has_shown_face(person)) this.faceless_rows += 1;
    const row = { check_in, receipt: `${code}|${person}|${slot}`, person, slot };
    this.rows.push(row);
    return { status: 201, json: { status: 'recorded', ...row } };
  }
}

const refusal = (status: number, code: string, more: object = {}): HttpReply => ({
  status,
  json: { type: 'about:blank', title: code, status, code, request_id: 'r', ...more },
});

const course = (): Scan['course'] => ({
  id: 1,
  title: '心电图判读要点',
  project_number: '2025-11-01-033 (国)',
  project_name: '基层心电图诊断技术培训班',
  venue: '学术报告厅',
  place: '主会场',
  day: '2026-11-21',
  period: [{ from: '2026-11-21', to: '2026-11-22' }],
  opens: '07:00',
  closes: '18:00',
});
