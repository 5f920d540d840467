// Checks what is sent, what is refused before sending, and where a refusal is shown. It must not need the form.
import { expect, test } from 'vitest';
import { changesOf, courseSettings, draftOf, faultsOf, fieldOf } from './course-settings';
import { Refusal } from '../api/refusal';
import type { Course } from '../api/types';

const course = {
  cap: 300,
  profile: 'strict',
  opens: '07:00',
  closes: '18:00',
  face: false,
  location: null,
} as unknown as Course;
const edited = (part: object) => ({ ...draftOf(course), ...part });

test('an untouched draft changes nothing', () => {
  expect(changesOf(course, draftOf(course))).toEqual({});
  expect(changesOf(course, edited({ opens: '7:00' }))).toEqual({});
});

test('only what was changed is sent', () => {
  expect(changesOf(course, edited({ closes: '24' }))).toEqual({ closes: '24:00' });
  expect(changesOf(course, edited({ profile: 'relaxed', face: true }))).toEqual({
    profile: 'relaxed',
    face: true,
  });
});

test('taking the cap away is a change to null, and an uncapped course can be given one', () => {
  expect(changesOf(course, edited({ capped: false }))).toEqual({ cap: null });
  const uncapped = { ...course, cap: null };
  expect(changesOf(uncapped, { ...draftOf(uncapped), capped: true, cap: 80 })).toEqual({ cap: 80 });
});

test('a cap is a whole number from 1 to 100000', () => {
  for (const cap of [1, 300, 100_000]) expect(faultsOf(edited({ cap }))).toEqual({});
  for (const cap of [null, 0, -5, 1.5, 100_001, Number.NaN])
    expect(faultsOf(edited({ cap }))).toEqual({ cap: 'cap.wrong' });
  expect(faultsOf(edited({ capped: false, cap: null }))).toEqual({});
});

test('a location is sent as it was meant, or taken away', () => {
  const hall = { latitude: 28.19409, longitude: 112.97228 };
  expect(changesOf(course, edited({ location: '112.97228, 28.19409' }))).toEqual({ location: hall });
  const located = { ...course, location: hall };
  expect(changesOf(located, draftOf(located))).toEqual({});
  expect(changesOf(located, { ...draftOf(located), location: ' ' })).toEqual({ location: null });
  expect(faultsOf(edited({ location: '长沙' }))).toEqual({ location: 'location.wrong' });
});

test('wrong hours are faults of their own fields', () => {
  expect(faultsOf(edited({ opens: '19:00' }))).toEqual({ closes: 'hours.not_after' });
  expect(faultsOf(edited({ opens: 'x', closes: 'y' }))).toEqual({
    opens: 'hours.not_a_time',
    closes: 'hours.not_a_time',
  });
});

test('a refusal is shown at the field it is about', () => {
  expect(fieldOf(new Refusal('bad_request', '…', '', 400, 'closes'))).toBe('closes');
  expect(fieldOf(new Refusal('face_provider_missing', '…', '', 409))).toBe('face');
  expect(fieldOf(new Refusal('distances_not_collected', '…', '', 409))).toBe('location');
  expect(fieldOf(new Refusal('bad_request', '…', '', 400, 'location.latitude'))).toBe('location');
  expect(fieldOf(new Refusal('bad_request', '…', '', 400, 'toString'))).toBeNull();
  expect(fieldOf(new Refusal('internal', '…', '', 500))).toBeNull();
});

test('what is typed while a save is under way is told apart from what is being saved', () => {
  const differences = (one: object, other: object) =>
    courseSettings.fields.filter((field) => !courseSettings.isAlike(field, edited(one), edited(other)));
  expect(differences({}, {})).toEqual([]);
  expect(differences({}, { capped: false })).toEqual(['cap']);
  expect(differences({ cap: 60 }, { cap: 61, opens: '7:00' })).toEqual(['cap', 'opens']);
});
