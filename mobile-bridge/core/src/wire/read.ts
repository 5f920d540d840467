// Classifies a reply: a value, a refusal, or no answer at all.
// It trusts no reply: a venue's captive portal answers 200 with its own page, and that must never look like success.

import type { HttpReply } from '../platform.ts';
import type { StrangeCode } from '@zaichang/shared/refusal-code';
import type { CheckInReply, Login, Problem } from './wire.ts';

export type Answer<T> =
  | { is: 'value'; value: T }
  | { is: 'refused'; problem: Problem }
  /** The reply is not from our service: no connection, a portal, a broken proxy. Trying again is right. */
  | { is: 'no_answer' };

/** Null when the reply is not what was asked for. */
export type ReadValue<T> = (json: unknown, status: number) => T | null;

type Fields = Record<string, unknown>;

export const fields_of = (json: unknown): Fields | null =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : null;

export function read_answer<T>(reply: HttpReply, read_value: ReadValue<T>): Answer<T> {
  if (reply.status >= 200 && reply.status < 300) {
    const value = read_value(reply.json, reply.status);
    if (value !== null) return { is: 'value', value };
  } else if (reply.status >= 400) {
    const problem = read_problem(reply.json, reply.status);
    if (problem !== null) return { is: 'refused', problem };
  }
  return { is: 'no_answer' };
}

/** A refusal is one only with our code in it; anything else came from a proxy or portal on the way. */
export function read_problem(json: unknown, status: number): Problem | null {
  const fields = fields_of(json);
  if (fields === null || typeof fields.code !== 'string' || fields.code === '') return null;
  const problem: Problem = { code: fields.code as StrangeCode, status };
  for (const name of [
    'title',
    'detail',
    'request_id',
    'opens_at',
    'first_at',
    'field',
    'pass',
    'challenge',
  ] as const) {
    const text = fields[name];
    if (typeof text === 'string') problem[name] = text;
  }
  if (typeof fields.retry_after_ms === 'number') problem.retry_after_ms = fields.retry_after_ms;
  return problem;
}

/** Any object of ours that carries these fields as texts; the fields the page cannot do without. */
export function read_with<T>(...texts: (keyof T & string)[]): ReadValue<T> {
  return (json) => {
    const fields = fields_of(json);
    return fields !== null && texts.every((name) => typeof fields[name] === 'string') ? (json as T) : null;
  };
}

export const read_login = (json: unknown): Login | null =>
  fields_of(fields_of(json)?.person) ? (json as Login) : null;

export function read_check_in_reply(json: unknown): CheckInReply | null {
  const fields = fields_of(json);
  if (fields === null) return null;
  if (fields.status === 'deferred') {
    if (typeof fields.pass !== 'string') return null;
    const retry_after_ms = typeof fields.retry_after_ms === 'number' ? fields.retry_after_ms : 0;
    return { status: 'deferred', pass: fields.pass, retry_after_ms };
  }
  if (fields.status !== 'recorded' && fields.status !== 'already_recorded') return null;
  const at = fields_of(fields.check_in)?.at;
  return typeof fields.receipt === 'string' && typeof at === 'string' ? (json as CheckInReply) : null;
}
