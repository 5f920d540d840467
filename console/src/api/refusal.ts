// Why a request did not do what was asked: the server's problem+json, or what the browser itself saw.
// It must not know any page; its own sentences are only for what no server could say.
import { meanwhileIn, type Meanwhile } from './version';
import type { RefusalCode, StrangeCode } from '@zaichang/shared/refusal-code';
import type { RefusalSentences } from '@zaichang/shared/refusals';
import { locale } from '../words/locale';
import { refusalSentences, shortReasons, type OwnRefusal } from '../words/refusals';
import { say, spoken } from '../words/say';

/** What a program acts on: the server's code, one of `ownRefusal`, or that of a newer server. */
export type Code = RefusalCode | OwnRefusal | StrangeCode;

export class Refusal extends Error {
  constructor(
    readonly code: Code,
    readonly saidTitle: string,
    readonly saidDetail: string,
    readonly status = 0,
    readonly field: string | null = null,
    readonly requestId: string | null = null,
    readonly retryAfterMs: number | null = null,
    /** The newer version that is stored instead of the one a change was based on. */
    readonly meanwhile: Meanwhile | null = null,
    /** What has to be worked out for the same to be judged at once. */
    readonly challenge: string | null = null,
  ) {
    super(saidTitle);
    this.name = 'Refusal';
  }

  /** The language the sentences came in; a reader who has changed the language since sees the code's own sentence. */
  readonly saidIn = locale.value;

  get title(): string {
    if (this.saidIn === locale.value) return this.saidTitle;
    const known = sentencesOf(this.code);
    return known ? spoken(known.title) : say('refusal.other');
  }

  get detail(): string {
    if (this.saidIn === locale.value) return this.saidDetail;
    const known = sentencesOf(this.code);
    return known ? spoken(known.detail) : '';
  }
}

/** Reads a problem+json body, whatever its form. */
export function refusalOf(status: number, body: unknown, headers?: Headers): Refusal {
  if (typeof body !== 'object' || body === null) return ownRefusal('unreadable', status);
  const { code, title, detail, field, request_id, retry_after_ms, challenge } = body as Record<
    string,
    unknown
  >;
  if (typeof code !== 'string' || typeof title !== 'string') return ownRefusal('unreadable', status);
  return new Refusal(
    code as Code,
    title,
    text(detail) ?? '',
    status,
    text(field),
    text(request_id),
    typeof retry_after_ms === 'number' ? retry_after_ms : null,
    meanwhileIn(body as Record<string, unknown>, headers),
    text(challenge),
  );
}

/** What the browser saw instead of an answer. */
export function ownRefusal(code: OwnRefusal, status = 0): Refusal {
  const { title, detail } = refusalSentences[code];
  return new Refusal(code, spoken(title), spoken(detail), status);
}

/** A refusal from anything that was thrown; anything else is a fault of this program and is rethrown. */
export function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}

/** Whether the very same request may succeed a moment later. */
export function mayPass(refusal: Refusal): boolean {
  return refusal.status === 0 || refusal.status === 429 || refusal.status >= 500;
}

/** A bare code in words, where no problem came with it; as the server said, where it is a newer one's. */
export function codeInWords(code: string, said?: string): string {
  if (!isKnown(code)) return said ?? say('refusal.unknown', { code });
  return spoken(shortReasons[code as RefusalCode] ?? refusalSentences[code].title);
}

/** Chromium 87, which hospital desktops still run, has no Object.hasOwn. */
function isKnown(code: string): code is RefusalCode | OwnRefusal {
  return Object.prototype.hasOwnProperty.call(refusalSentences, code);
}

function sentencesOf(code: string): RefusalSentences | null {
  return isKnown(code) ? refusalSentences[code] : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
