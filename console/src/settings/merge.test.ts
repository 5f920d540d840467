// Checks what is kept, taken and asked about when two have changed one course. It must not need the form.
import { expect, test } from 'vitest';
import { changesOf, courseSettings, draftOf, type Draft } from './course-settings';
import { withFields } from '../form/editing';
import { mergeOf } from '../form/merge';
import type { Course } from '../api/types';

const base = {
  cap: 300,
  profile: 'strict',
  opens: '07:00',
  closes: '18:00',
  face: false,
  location: null,
} as unknown as Course;
const standing = (part: object) => ({ ...base, ...part }) as Course;
const typed = (part: Partial<Draft>) => ({ ...draftOf(base), ...part });

test('what only the other changed is taken, and what only we typed is kept', () => {
  const now = standing({ closes: '23:00', location: { latitude: 28.19409, longitude: 112.97228 } });
  const merge = mergeOf(courseSettings, base, now, typed({ cap: 60 }));
  expect(merge.taken).toEqual(['closes', 'location']);
  expect(merge.clashes).toEqual([]);
  expect(changesOf(now, merge.draft)).toEqual({ cap: 60 });
});

test('what both changed is asked about, and is in the draft as it was typed', () => {
  const now = standing({ cap: 80, profile: 'relaxed', closes: '23:00' });
  const merge = mergeOf(
    courseSettings,
    base,
    now,
    typed({ capped: false, profile: 'standard', opens: '08' }),
  );
  expect(merge.clashes).toEqual(['cap', 'profile']);
  expect(merge.taken).toEqual(['closes']);
  expect(changesOf(now, merge.draft)).toEqual({ cap: null, profile: 'standard', opens: '08:00' });
  const chosen = withFields(courseSettings, merge.draft, ['cap'], draftOf(now));
  expect(changesOf(now, chosen)).toEqual({ profile: 'standard', opens: '08:00' });
});

test('what both changed to the same is no question, as when an answer was lost on its way', () => {
  const now = standing({ cap: 60, face: true });
  const merge = mergeOf(courseSettings, base, now, typed({ cap: 60, face: true }));
  expect(merge).toMatchObject({ taken: [], clashes: [] });
  expect(changesOf(now, merge.draft)).toEqual({});
});

test('of every pair of changes none is lost without being asked about', () => {
  const parts = [
    { cap: 60 },
    { cap: null },
    { profile: 'relaxed' },
    { opens: '08:00' },
    { closes: '24:00' },
    { face: true },
    { location: { latitude: 28, longitude: 112 } },
    {},
  ];
  for (const own of parts)
    for (const other of parts) {
      const now = standing(other);
      const { draft, taken, clashes } = mergeOf(courseSettings, base, now, draftOf(standing(own)));
      const own_names = Object.keys(own);
      const other_names = Object.keys(other);
      const both = own_names.filter((name) => other_names.includes(name));
      const asked = JSON.stringify(own) === JSON.stringify(other) ? [] : both;
      expect(clashes).toEqual(asked);
      expect(taken).toEqual(other_names.filter((name) => !both.includes(name)));
      expect(Object.keys(changesOf(now, draft))).toEqual(
        own_names.filter((name) => !both.includes(name) || asked.includes(name)),
      );
    }
});
