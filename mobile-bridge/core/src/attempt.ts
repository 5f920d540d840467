// One scan until its one answer: every state it can be in, each carrying what it needs. Plain data, kept as JSON.
// It must not know about time passing, storage or the network: `next.ts` moves it, `outbox.ts` feeds it.

import type { CheckIn, Course, Problem } from './wire/wire.ts';

interface OfOneScan {
  /** The scanned code: it names the scan. */
  code: string;
  /** Server time of the scan, Unix ms, as this phone knows it; for showing, never for judging. */
  scanned_at: number;
}

/** A pass is held: from here on the changing code no longer matters. */
interface Holding extends OfOneScan {
  pass: string;
  /** Null when the store was away before the place could be looked up. */
  course: Course | null;
  /** Whose pass it is; null while it is anonymous. */
  person: number | null;
  /** A face check stands between login and check-in, and this platform can run one (next-face.ts). */
  face?: boolean | undefined;
}

/** The code has been read by the camera and is being exchanged for a pass. Not kept: a code is stale in seconds. */
export interface Opened extends OfOneScan {
  state: 'opened';
  tries: number;
  /** Server Unix ms. */
  retry_at: number;
}

/** No person is logged in, or another one is: `person` is whose login it takes, anyone's when null. */
export interface NeedsLogin extends Holding {
  state: 'needs_login';
}

/** Where a face check has come to. Only platforms that can run one ever get here. */
export type FaceStep =
  /** Nothing happens until the person starts it. `trouble`: why the last one had no result. */
  | { step: 'waits'; trouble: Problem | null }
  | { step: 'begins'; retry_at: number }
  /** The provider's own page is on screen. */
  | { step: 'looks'; check: string; verify_id: string; retry_at: number }
  /** The page has been left, by whichever way: the server is asked for the provider's result. */
  | { step: 'asks'; check: string; tries: number; retry_at: number };

export interface NeedsFace extends Holding {
  state: 'needs_face';
  at: FaceStep;
}

/** `person` null: the server could not tell who is logged in when it gave the pass; presenting it will show. */
export interface Sending extends Holding {
  state: 'sending';
  tries: number;
  /** What the pause before this try was for; null on a first one. */
  after: Wait | null;
}

/** What is being waited for: the connection, the store behind the server, or capacity at the server. */
export type Wait = 'line' | 'storage' | 'crowd';

export interface Deferred extends Holding {
  state: 'deferred';
  tries: number;
  wait: Wait;
  /** Server Unix ms. */
  retry_at: number;
}

interface Ended extends OfOneScan {
  course: Course | null;
  /** The person the answer is about; null when no person was logged in. */
  person: number | null;
  /** Whether the person has seen the answer on screen; one that came while the page was closed is shown to them later. */
  seen: boolean;
}

/** `already` when this very answer was given before: to another scan, or on an earlier visit. */
export interface Recorded extends Ended {
  state: 'recorded' | 'already';
  check_in: CheckIn;
  receipt: string;
}

export interface Refused extends Ended {
  state: 'refused';
  problem: Problem;
}

export type Attempt = Opened | NeedsLogin | NeedsFace | Sending | Deferred | Recorded | Refused;
export type Answered = Recorded | Refused;

/** How long an anonymous pass lives. Judged by the server; known here to be shown. */
export const ANONYMOUS_LIFE_MS = 180_000;

export const is_answered = (attempt: Attempt): attempt is Answered =>
  attempt.state === 'recorded' || attempt.state === 'already' || attempt.state === 'refused';
