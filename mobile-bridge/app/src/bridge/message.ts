// What travels between page and app, version 1: one JSON text for each ask and each answer. Pure reading and writing.
// It must not know how a text is carried, nor what any ask means.

export type Fields = Record<string, unknown>;

/** What both sides call the form of the messages. */
export const VERSION = 1;

export interface Ask {
  page: string;
  id: number;
  ask: string;
  with: Fields;
}

export type Answer = { page: string; id: number } & ({ ok: Fields } | { no: { code: string } });

/** The longest text that is read at all: an assertion is a few hundred characters. */
const LONGEST = 16_384;

export const ask_text = ({ page, id, ask, with: params }: Ask): string =>
  JSON.stringify({ zaichang: VERSION, page, id, ask, with: params });

export const answer_text = (answer: Answer): string => JSON.stringify({ zaichang: VERSION, ...answer });

/** Null for anything but a message of this version: other things may be posted to a page. */
export function read_message(text: unknown): Ask | Answer | null {
  const fields = fields_of(typeof text === 'string' && text.length <= LONGEST ? json_of(text) : null);
  if (fields === null || fields.zaichang !== VERSION) return null;
  const { page, id } = fields;
  if (typeof page !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id)) return null;
  const [ok, no] = [fields_of(fields.ok), fields_of(fields.no)];
  if (typeof fields.ask === 'string')
    return { page, id, ask: fields.ask, with: fields_of(fields.with) ?? {} };
  if (ok !== null && no === null) return { page, id, ok };
  if (no !== null && ok === null && typeof no.code === 'string') return { page, id, no: { code: no.code } };
  return null;
}

export const fields_of = (json: unknown): Fields | null =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : null;

function json_of(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
