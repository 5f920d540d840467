// Why a request did not do what was asked: the server's problem+json, or what the browser itself saw.
// It must not know any page; its own sentences are only for what no server could say.
import { meanwhileIn, type Meanwhile } from './version';
import { locale } from '../words/locale';
import { knownWord, say, type Word } from '../words/say';

export class Refusal extends Error {
  constructor(
    /** What a program acts on: the server's code, or one of `ownRefusal`. */
    readonly code: string,
    readonly saidTitle: string,
    readonly saidDetail: string,
    readonly status = 0,
    readonly field: string | null = null,
    readonly requestId: string | null = null,
    readonly retryAfterMs: number | null = null,
    /** The newer version that is stored instead of the one a change was based on. */
    readonly meanwhile: Meanwhile | null = null,
  ) {
    super(saidTitle);
    this.name = 'Refusal';
  }

  /** The language the sentences came in; a reader who has changed the language since sees the code's own sentence. */
  readonly saidIn = locale.value;

  get title(): string {
    const own = knownWord(`refusal.${this.code}`);
    return this.saidIn === locale.value ? this.saidTitle : own ? say(own) : say('refusal.other');
  }

  get detail(): string {
    if (this.saidIn === locale.value) return this.saidDetail;
    const own = knownWord(`refusal.${this.code}_detail`);
    return own ? say(own) : '';
  }
}

/** Reads a problem+json body, whatever its form. */
export function refusalOf(status: number, body: unknown, headers?: Headers): Refusal {
  if (typeof body !== 'object' || body === null) return ownRefusal('unreadable', status);
  const { code, title, detail, field, request_id, retry_after_ms } = body as Record<string, unknown>;
  if (typeof code !== 'string' || typeof title !== 'string') return ownRefusal('unreadable', status);
  return new Refusal(
    code,
    title,
    text(detail) ?? '',
    status,
    text(field),
    text(request_id),
    typeof retry_after_ms === 'number' ? retry_after_ms : null,
    meanwhileIn(body as Record<string, unknown>, headers),
  );
}

/** What the browser saw instead of an answer. */
export function ownRefusal(
  code: 'offline' | 'slow' | 'unreadable' | 'unsaved' | 'not_loaded',
  status = 0,
): Refusal {
  return new Refusal(code, say(`refusal.${code}`), say(`refusal.${code}_detail`), status);
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

/** A bare code in words, where no problem came with it. */
export function codeInWords(code: string): string {
  const word: Word | null = knownWord(`refusal.${code}`);
  return word === null ? say('refusal.unknown', { code }) : say(word);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
