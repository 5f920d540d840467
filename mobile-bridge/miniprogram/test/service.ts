// The service behind the pages: the core's own fake of the check-in, and around it the routes that only WeChat uses.
// It must not know the pages; all its answers are allowed by the contract.

import { FakeServer } from '../../core/test/fake-server.ts';
import type { HttpReply } from '../../core/src/platform.ts';

export interface HttpRequest {
  method: string;
  path: string;
  body: Record<string, unknown>;
  bearer: string | undefined;
}

export const ANN = {
  id: 12,
  name: '安小宁',
  unit: '湘江市人民医院',
  department: '心内科',
  title: '主治医师',
};
export const ID_NUMBER = '11010519491231002X';
export const PHONE = '13800001234';
export const SMS_CODE = '042917';
const CHALLENGE = `101.${'A'.repeat(28)}`;

const refusal = (status: number, code: string, more: object = {}): HttpReply => ({
  status,
  json: { type: 'about:blank', title: code, status, code, request_id: 'r-1', ...more },
});

export class Service {
  core = new FakeServer(() => Date.now());
  /** Whether the WeChat account is bound to Ann. */
  bound = true;
  /** What WeChat's login answers instead, when something is wrong with it. */
  wechat_refuses: string | null = null;
  /** Whether an attacker has spent what its address may guess: logins have to work. */
  asks_work = false;
  subscriptions: unknown[] = [];
  /** Milliseconds from now until the spot check ends; null when none is held. */
  spot_left_ms: number | null = null;
  spot_answered = false;
  /** Whether a phone that shows a receipt is asked where it is, and what it said. */
  asks_position = false;
  positions: unknown[] = [];
  /** Records of each page that the server could not read. */
  unreadable = 0;
  consents: unknown[] = [];
  /** How often each has been tried: five times at most. */
  #tickets = new Map<string, number>();
  #issued = 0;

  answer({ method, path, body, bearer }: HttpRequest): HttpReply {
    const session = bearer === undefined ? null : this.core.tokens.get(bearer);
    const logs_in = ['/api/v1/wechat/sessions', '/api/v1/wechat/bindings', '/api/v1/sessions'].includes(path);
    if (logs_in && this.asks_work && !String(body.proof).startsWith(`${CHALLENGE}.`))
      return refusal(429, 'too_many_requests', { retry_after_ms: 2000, challenge: CHALLENGE });
    switch (path) {
      case '/api/v1/wechat/sessions':
        return this.#wechat_session(body);
      case '/api/v1/wechat/bindings':
        return this.#binding(body);
      case '/api/v1/sms-codes':
        // Work is asked for without a scan of this phone; half of all numbers prove this one.
        return body.pass || String(body.proof).startsWith(`${CHALLENGE}.`)
          ? { status: 202, json: { retry_after_ms: 60_000 } }
          : refusal(428, 'proof_required', { challenge: CHALLENGE });
      case '/api/v1/sessions':
        return body.phone === PHONE && body.sms_code === SMS_CODE
          ? this.#logged_in(body)
          : refusal(401, 'sms_code_wrong');
      case '/api/v1/sessions/current':
        this.core.tokens.clear();
        return { status: 204, json: undefined };
      case '/api/v1/me/wechat/binding':
        if (session == null) return refusal(401, 'login_required');
        this.bound = false;
        this.core.tokens.clear();
        return { status: 204, json: undefined };
      case '/api/v1/me/privacy-consents':
        this.consents.push(body);
        return { status: 204, json: undefined };
      case '/api/v1/me/wechat/subscriptions':
        this.subscriptions.push(body);
        return { status: 204, json: undefined };
      case '/api/v1/receipts/asked':
        return { status: 200, json: { spot_check: this.#spot_check(), position: this.asks_position } };
      case '/api/v1/receipts/position':
        this.positions.push(body);
        this.asks_position = false;
        return { status: 204, json: undefined };
    }
    if (path.startsWith('/api/v1/me/check-ins')) return this.#records(path, session);
    if (path.startsWith('/v/')) return this.#attested(decodeURIComponent(path.slice(3)));
    return this.core.answer({ method: method as 'GET', path, body }, session);
  }

  #wechat_session(body: Record<string, unknown>): HttpReply {
    if (this.wechat_refuses !== null)
      return refusal(/unavailable$/.test(this.wechat_refuses) ? 503 : 409, this.wechat_refuses);
    if (this.bound) return this.#logged_in(body);
    const bind_ticket = `ticket-${(this.#issued += 1)}`;
    this.#tickets.set(bind_ticket, 0);
    const expires_at = new Date(Date.now() + 600_000).toISOString();
    return { status: 200, json: { status: 'not_bound', bind_ticket, expires_at } };
  }

  #binding(body: Record<string, unknown>): HttpReply {
    const tried = this.#tickets.get(String(body.bind_ticket));
    if (tried === undefined || tried >= 5) return refusal(410, 'wechat_ticket_invalid');
    this.#tickets.set(String(body.bind_ticket), tried + 1);
    const phone_is_hers =
      body.phone_code === 'her-phone' || (body.phone === PHONE && body.sms_code === SMS_CODE);
    if (body.name !== ANN.name || body.id_number !== ID_NUMBER || !phone_is_hers)
      return refusal(403, 'wechat_bind_mismatch');
    this.bound = true;
    this.#tickets.clear();
    return this.#logged_in(body);
  }

  #logged_in(body: Record<string, unknown>): HttpReply {
    const session = this.core.issue(ANN.id);
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    const bound = typeof body.pass === 'string' ? this.core.bind(body.pass, ANN.id) : null;
    const pass = bound === null ? null : { pass: bound, expires_at };
    return { status: 201, json: { session, person: ANN, expires_at, pass } };
  }

  #spot_check() {
    if (this.spot_left_ms === null) return null;
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    return {
      opens_at: at(-1_000),
      closes_at: at(this.spot_left_ms),
      server_now: at(0),
      answered: this.spot_answered,
    };
  }

  #records(path: string, session: number | null | undefined): HttpReply {
    if (session == null) return refusal(401, 'login_required');
    const after = /after=(\d+)/.exec(path)?.[1];
    const from = after === undefined ? 0 : Number(after);
    const items = [...this.core.rows].reverse().slice(from, from + 2);
    const next = from + 2 < this.core.rows.length ? String(from + 2) : null;
    return { status: 200, json: { items, unreadable: this.unreadable, next } };
  }

  #attested(receipt: string): HttpReply {
    const row = this.core.rows.find((known) => known.receipt === receipt);
    if (row === undefined) return refusal(404, 'receipt_invalid');
    const { course_title, project_number, project_name, at, recorded_at, day, source } = row.check_in;
    return {
      status: 200,
      json: {
        name: '安*宁',
        unit: ANN.unit,
        course_title,
        project_number,
        project_name,
        at,
        recorded_at,
        day,
        source,
      },
    };
  }
}
