// The port between this package and its platform: a browser, a mini-program, a test in Node.
// All input and output goes through here; nothing here knows what a check-in is.

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** The session, where no cookie carries it (session.ts): goes into the Authorization header and nowhere else. */
  bearer?: string;
}

export interface HttpReply {
  status: number;
  /** The parsed body; undefined when the body was not JSON (a captive portal, a proxy's error page). */
  json: unknown;
}

/** Texts that outlive the page. Must never throw: where the platform refuses, it remembers for this page only. */
export interface Storage {
  keys(): string[];
  read(key: string): string | null;
  write(key: string, text: string): void;
  remove(key: string): void;
}

export interface Clock {
  /** Unix milliseconds by the phone, which may be wrong; see ServerClock. */
  now(): number;
  /** Runs once after the delay; the returned function cancels it. */
  after(delay_ms: number, run: () => void): () => void;
}

export interface Platform {
  /** Resolves with any reply; rejects when none came within the platform's own time limit. */
  send(request: HttpRequest): Promise<HttpReply>;
  storage: Storage;
  clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  on_wake(listener: (why: Wake) => void): () => void;
}

/** The connection may be back · the page is visible again · another page of ours wrote to the storage. */
export type Wake = 'line' | 'seen' | 'storage';
