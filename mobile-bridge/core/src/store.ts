// The store of attempts while the page is away: one text per scan, so that two pages never overwrite each other.
// It knows which of two records of one scan wins; it must not know how attempts come about.

import { ANONYMOUS_LIFE_MS, is_answered, type Attempt } from './attempt.ts';
import type { Storage } from './platform.ts';
import { fields_of } from './wire/read.ts';

const PREFIX = 'zaichang.scan.';
const PERSON = 'zaichang.person';
const VERSION = 1;
/** Twice the life of a bound pass: an answer outlives every question about it. */
const KEPT_MS = 48 * 3600 * 1000;

export interface Store {
  /** Everything worth going on with; what has outlived its use is cleared away. */
  take_stock(now: number): Attempt[];
  find(code: string): Attempt | null;
  /** Keeps the attempt unless another page has received the answer meanwhile; returns the record that won. */
  keep(attempt: Attempt): Attempt;
  /** Keeps it whatever was there: the beginning of another scan. */
  replace(attempt: Attempt): void;
  /** Who is logged in, as last written by the page that saw it change; undefined when none ever did. */
  person(): number | null | undefined;
  note_person(person: number | null): void;
}

export function store_in(storage: Storage): Store {
  const find = (code: string): Attempt | null => read_attempt(storage.read(PREFIX + code));
  const replace = (attempt: Attempt): void =>
    storage.write(PREFIX + attempt.code, JSON.stringify({ v: VERSION, attempt }));

  return {
    find,
    replace,
    take_stock(now) {
      const attempts: Attempt[] = [];
      for (const key of storage.keys()) {
        if (!key.startsWith(PREFIX)) continue;
        const attempt = read_attempt(storage.read(key));
        if (attempt === null || is_over(attempt, now)) storage.remove(key);
        else attempts.push(attempt);
      }
      return attempts;
    },
    keep(attempt) {
      const kept = find(attempt.code);
      const truth = kept === null ? attempt : the_truer(kept, attempt);
      if (truth === attempt) replace(attempt);
      return truth;
    },
    person() {
      const text = storage.read(PERSON);
      if (text === null) return undefined;
      return text === '' ? null : Number(text);
    },
    note_person: (person) => storage.write(PERSON, person === null ? '' : String(person)),
  };
}

/** A success wins over every refusal. The newer of two successes wins, the first of two different refusals. */
function the_truer(kept: Attempt, newer: Attempt): Attempt {
  if (!is_answered(kept)) return newer;
  if (!is_answered(newer)) return kept;
  if (newer.state !== 'refused') return newer;
  return kept.state === 'refused' && kept.problem.code === newer.problem.code ? newer : kept;
}

function is_over(attempt: Attempt, now: number): boolean {
  if (attempt.state === 'needs_login' && attempt.person === null) {
    return now > attempt.scanned_at + ANONYMOUS_LIFE_MS;
  }
  // A scan still under way is not dropped here: it ends with the server's answer.
  const may_age = is_answered(attempt) || /needs/.test(attempt.state);
  return may_age && now > attempt.scanned_at + KEPT_MS;
}

function read_attempt(text: string | null): Attempt | null {
  if (text === null) return null;
  try {
    const kept = fields_of(JSON.parse(text));
    const attempt = fields_of(kept?.attempt);
    if (kept?.v !== VERSION || typeof attempt?.code !== 'string' || typeof attempt.state !== 'string')
      return null;
    return attempt as unknown as Attempt;
  } catch {
    return null;
  }
}
