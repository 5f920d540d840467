// All requests to the server: typed calls, the reader's language, server's clock, a time limit, refusals instead of error codes.
// It must not know any page, nor what a login looks like.
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '@zaichang/shared/openapi';
import { Refusal, ownRefusal, refusalOf } from './refusal';
import { versionIn, type Versioned } from './version';
import { serverClock } from '../time/server-clock';
import { localeTag } from '../words/locale';

const limitMs = 15_000;

let loginRequired: () => void = () => {};

/** Called whenever the server says that the session is over. */
export function whenLoginRequired(act: () => void): void {
  loginRequired = act;
}

let passwordRequired: () => void = () => {};

/** Called whenever the server says that the account has to choose a password of its own first. */
export function whenPasswordRequired(act: () => void): void {
  passwordRequired = act;
}

/** fetch, but a missing answer becomes a refusal; a cancelled call stays an AbortError. */
export async function reach(request: Request, limit = limitMs): Promise<Response> {
  const timer = new AbortController();
  const stop = () => timer.abort();
  const handle = setTimeout(stop, limit);
  request.signal.addEventListener('abort', stop);
  try {
    const response = await fetch(request, { signal: timer.signal });
    serverClock.hear(response.headers.get('Date'));
    return response;
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    throw ownRefusal(timer.signal.aborted ? 'slow' : 'offline');
  } finally {
    clearTimeout(handle);
    request.signal.removeEventListener('abort', stop);
  }
}

const language: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', localeTag());
  },
};

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  fetch: (request) => reach(request),
});
api.use(language);

/** The data of a call, or its refusal thrown. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await readable(call);
  if (response.ok) return data as NonNullable<T>;
  throw refused(refusalOf(response.status, error, response.headers));
}

/** The data with its version, which a change of it sends back. */
export async function versioned<T extends object>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Versioned<T>> {
  const data = await answer(call);
  const { response } = await call;
  return { ...data, version: versionIn(response.headers) };
}

/** Calls the handler when a refusal means that the session is over. */
export function refused(refusal: Refusal): Refusal {
  if (refusal.code === 'login_required') loginRequired();
  if (refusal.code === 'password_change_required') passwordRequired();
  return refusal;
}

/** A body that should be JSON and is not must not look like a fault of the page. */
async function readable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    throw thrown instanceof SyntaxError ? ownRefusal('unreadable') : thrown;
  }
}
