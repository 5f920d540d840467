// What an entry of the audit log tells, in words: each fact by its name, and what stood before beside what stands after.
// A word that the catalogue does not have is shown as it is. It must not know how an entry is drawn.
import { momentOf } from '@zaichang/shared/shanghai';
import { knownWord, say } from '../words/say';
import type { AuditEntry, Right } from '../api/types';
import { rightsTold } from '../admins/rights';

/** What only programs need, or what the subject's name tells already. */
const left = new Set(['course', 'check_in', 'slot', 'export', 'random']);

const word = (part: string, text: string): string => {
  const known = knownWord(`${part}.${text}`);
  return known === null ? text : say(known);
};

export const actOf = (entry: Pick<AuditEntry, 'action'>): string => word('act', entry.action);

/** What it was done to: its name, or its kind and number. */
export function subjectOf({ noun, noun_id, title }: Pick<AuditEntry, 'noun' | 'noun_id' | 'title'>): string {
  return title ?? `${word('noun', noun)} ${noun_id}`;
}

function valueOf(name: string, value: unknown): string {
  if (name === 'rights') return rightsTold(value as Right[] | null);
  if (value === null || value === undefined || value === '') return say('audit.nothing');
  if (typeof value === 'boolean') return say(value ? 'audit.yes' : 'audit.no');
  if (name === 'found' && Array.isArray(value)) return say('audit.people', { n: value.length });
  if (typeof value === 'string' && name.endsWith('_at')) return momentOf(value);
  // A title's series and level, and a kind of document, have words of their own.
  if (typeof value === 'string' && knownWord(`${name}.${value}`) !== null) return word(name, value);
  if (typeof value === 'string') return word('value', value);
  if (name === 'period' && Array.isArray(value)) return periodOf(value);
  if (name === 'location' && isFacts(value)) return `${value['latitude']}, ${value['longitude']}`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function periodOf(periods: unknown[]): string {
  const days = ({ from, to }: Facts) => (from === to ? String(from) : `${from}–${to}`);
  return periods.filter(isFacts).map(days).join('、') || say('audit.nothing');
}

type Facts = Record<string, unknown>;

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A project's plan is told by its parts. */
function flat(facts: unknown): unknown {
  if (!isFacts(facts)) return facts;
  const { plan, ...rest } = facts;
  return isFacts(plan) ? { ...rest, ...plan } : rest;
}

/** The lines of an entry: what was changed from what to what, else each fact that is given. */
export function linesOf(detail: unknown): string[] {
  if (!isFacts(detail)) return [];
  const { before: stood, after: stands, ...rest } = detail;
  const [before, after] = [flat(stood), flat(stands)];
  const changes =
    isFacts(before) && isFacts(after)
      ? [...new Set([...Object.keys(before), ...Object.keys(after)])]
          .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
          .map((name) =>
            say('audit.change', {
              name: word('fact', name),
              before: valueOf(name, before[name]),
              after: valueOf(name, after[name]),
            }),
          )
      : [];
  const facts = Object.entries(rest)
    .filter(([name, value]) => !left.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => say('audit.fact', { name: word('fact', name), value: valueOf(name, value) }));
  return [...changes, ...facts];
}
