// What the server's words for jobs are called here. A newer server may have others: they are shown as they are.
// It must not know a page.
import { knownWord, say } from '../words/say';

/** A kind of job: `make_export`. */
export function nameOf(kind: string): string {
  const word = knownWord(`jobs.kind_${kind}`);
  return word ? say(word) : say('jobs.kind_other', { kind });
}

/** Why the last try came to nothing: `database`. */
export function causeOf(cause: string): string {
  const word = knownWord(`jobs.cause_${cause}`);
  return word ? say(word) : say('jobs.cause_other', { cause });
}
