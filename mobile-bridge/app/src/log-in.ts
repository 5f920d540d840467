// The person's session: the app's server vouches for them, our server accepts each assertion once.
// It must not know what is checked in, nor keep anything.

import { call_over, read_login, type Answer, type Client, type Login, type Platform } from '@zaichang/core';
import type { Host } from './host.ts';

/** Refusals that another assertion resolves: this one came too late, or was presented before its answer was lost. */
const FIXED_BY_ANOTHER = new Set<string>(['assertion_expired', 'assertion_used']);

/** Asks for an assertion and presents it; once more with another one where that helps. */
export async function log_in(
  platform: Platform,
  host: Host,
  client: Client,
  audience: string,
  pass: string | null,
): Promise<Answer<Login>> {
  const first = await try_once(platform, host, client, audience, pass);
  const can_be_fixed = first.is === 'refused' && FIXED_BY_ANOTHER.has(first.problem.code);
  return can_be_fixed ? try_once(platform, host, client, audience, pass) : first;
}

async function try_once(
  platform: Platform,
  host: Host,
  client: Client,
  audience: string,
  pass: string | null,
): Promise<Answer<Login>> {
  const said = await host.assertion(audience);
  // The app's refusals have codes of their own among the refusals.
  if (said.is === 'no') return { is: 'refused', problem: { code: `app_${said.code}`, status: 0 } };
  const body = { assertion: said.assertion, client, ...(pass !== null && { pass }) };
  const request = { method: 'POST', path: '/api/v1/app-sessions', body } as const;
  return call_over(platform)(request, read_login);
}
