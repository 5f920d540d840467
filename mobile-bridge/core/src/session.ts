// The session of a platform without cookies: kept in its storage, put on every request, forgotten when it has ended.
// It must never come into an address, a log or a sentence.

import type { HttpRequest, Platform, Storage } from './platform.ts';

const SESSION = 'zaichang.session';

export interface Session {
  /** Null when no person is logged in. */
  read(): string | null;
  keep(token: string): void;
  forget(): void;
}

export function session_in(storage: Storage): Session {
  return {
    read: () => storage.read(SESSION),
    keep: (token) => storage.write(SESSION, token),
    forget: () => storage.remove(SESSION),
  };
}

/** The platform with the session at the moment a request leaves. */
export function with_session(platform: Platform, session: Session): Platform {
  const carrying = (request: HttpRequest): HttpRequest => {
    const token = session.read();
    return token === null ? request : { ...request, bearer: token };
  };
  return { ...platform, send: (request) => platform.send(carrying(request)) };
}
