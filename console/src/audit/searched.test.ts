import { expect, it } from 'vitest';
import type { AuditLog } from '../api/types';
import { Refusal } from '../api/refusal';
import { searched, type Ask } from './searched';

const unwatched = (): undefined => undefined;
const soon = (): Promise<void> => Promise.resolve();

interface Part {
  found: number;
  next: string | null;
  back: string | null;
}

/** A server that answers with these parts, one after the other, the last one again and again. */
function server(parts: readonly Part[]): { ask: Ask; asked: [string | null, number][] } {
  const asked: [string | null, number][] = [];
  const ask: Ask = (after, limit) => {
    const part = parts[Math.min(asked.length, parts.length - 1)]!;
    asked.push([after, limit]);
    const items = Array.from({ length: part.found }) as AuditLog['items'];
    return Promise.resolve({ items, from: '', in_all: null, next: part.next, looked_back_to: part.back });
  };
  return { ask, asked };
}

it('asks on from where looking through ended, for what the page still lacks', async () => {
  const { ask, asked } = server([
    { found: 3, next: 'a', back: '2026-11-29' },
    { found: 0, next: 'b', back: '2026-11-28' },
    { found: 47, next: 'c', back: null },
  ]);
  const heard: string[] = [];
  const page = await searched(ask, 'from', (day) => heard.push(day), soon);
  expect(asked).toEqual([
    ['from', 50],
    ['a', 47],
    ['b', 47],
  ]);
  expect([page.items.length, page.next, page.looked_back_to]).toEqual([50, 'c', null]);
  expect(heard).toEqual(['2026-11-29', '2026-11-28']);
});

it('ends where all has been looked through', async () => {
  const { ask, asked } = server([
    { found: 1, next: 'a', back: '2026-11-29' },
    { found: 1, next: null, back: null },
  ]);
  const page = await searched(ask, null, unwatched, soon);
  expect([page.items.length, page.next, page.in_all, asked.length]).toEqual([2, null, 2, 2]);
});

it('shows what was found until the server refuses to go on', async () => {
  const { ask, asked } = server([{ found: 3, next: 'a', back: '2026-11-29' }]);
  const page = await searched(
    (after, limit) =>
      asked.length === 0
        ? ask(after, limit)
        : Promise.reject(new Refusal('too_many_requests', '请求过于频繁', '')),
    null,
    unwatched,
    soon,
  );
  expect([page.items.length, page.next, page.looked_back_to]).toEqual([3, 'a', '2026-11-29']);
});

it('leaves it to the reader whether to go on, after so many acts', async () => {
  const { ask, asked } = server([{ found: 0, next: 'a', back: '2026-11-29' }]);
  const page = await searched(ask, null, unwatched, soon);
  expect([page.items.length, page.next, page.looked_back_to, asked.length]).toEqual([
    0,
    'a',
    '2026-11-29',
    100,
  ]);
});
