// Checks that a save goes on over what others change meanwhile, stops where people must choose, and loses nothing.
// It must not need a server: it simulates one with versions.
import { expect, test, vi } from 'vitest';
import { refusalOf } from '../api/refusal';
import type { Course, CourseSettings } from '../api/types';
import type { Versioned } from '../api/version';
import { courseSettings, draftOf, type Draft } from './course-settings';
import { chosen, saveOver } from '../form/save';

const base = {
  cap: 300,
  profile: 'strict',
  opens: '07:00',
  closes: '18:00',
  face: false,
  location: null,
  version: '"1"',
} as unknown as Versioned<Course>;
const typed = (part: Partial<Draft>) => ({ base, draft: { ...draftOf(base), ...part } });

/** A course that others change, one change before each of the first sends. */
function server(...others: CourseSettings[]) {
  let course = base as Course;
  let version = 1;
  const change = (changes: CourseSettings) => {
    course = { ...course, ...changes } as Course;
    version += 1;
  };
  const send = vi.fn(async (seen: string, changes: CourseSettings) => {
    const other = others.shift();
    if (other !== undefined) change(other);
    if (seen !== `"${version}"`) {
      const body = { code: 'changed_meanwhile', title: '…', current: course };
      const by = { changed_by: '周敏', changed_at: '2025-11-29T01:02:13Z' };
      throw refusalOf(412, { ...body, ...by }, new Headers({ ETag: `"${version}"` }));
    }
    change(changes);
    return { ...course, version: `"${version}"` };
  });
  return { send, stands: () => course };
}

test('a save that meets no other change is sent once', async () => {
  const { send, stands } = server();
  const { saved, kept, edit } = await saveOver(courseSettings, typed({ cap: 60 }), send);
  expect([saved, kept, edit.base.version]).toEqual([true, [], '"2"']);
  expect(send.mock.calls).toEqual([['"1"', { cap: 60 }]]);
  expect(stands().cap).toBe(60);
});

test('what others change meanwhile is kept, and said', async () => {
  const { send, stands } = server({ closes: '23:00' }, { face: true });
  const { saved, kept, edit } = await saveOver(courseSettings, typed({ cap: 60 }), send);
  expect(saved).toBe(true);
  const by = { by: '周敏', at: '2025-11-29T01:02:13Z' };
  expect(kept).toEqual([
    { fields: ['closes'], ...by },
    { fields: ['face'], ...by },
  ]);
  expect(stands()).toMatchObject({ cap: 60, closes: '23:00', face: true });
  expect(edit.draft).toEqual(draftOf(stands()));
});

test('what both changed is asked about, with what was typed as it was', async () => {
  const { send, stands } = server({ cap: 80, closes: '23:00' });
  const { saved, clash, edit } = await saveOver(courseSettings, typed({ cap: 60, opens: '08:00' }), send);
  expect(saved).toBe(false);
  expect(edit).toEqual(typed({ cap: 60, opens: '08:00' }));
  expect(clash!.merge).toMatchObject({ clashes: ['cap'], taken: ['closes'] });

  const theirs = await saveOver(courseSettings, chosen(courseSettings, clash!, ['cap'])[0], send);
  expect(theirs.saved).toBe(true);
  expect(stands()).toMatchObject({ cap: 80, opens: '08:00', closes: '23:00' });
});

test('a choice of one’s own is saved over the other’s', async () => {
  const { send, stands } = server({ cap: 80 });
  const { clash } = await saveOver(courseSettings, typed({ cap: 60 }), send);
  expect((await saveOver(courseSettings, chosen(courseSettings, clash!, [])[0], send)).saved).toBe(true);
  expect(stands().cap).toBe(60);
});

test('who chooses all of the other’s has nothing left to send', async () => {
  const { send } = server({ cap: 80 });
  const { clash } = await saveOver(courseSettings, typed({ cap: 60 }), send);
  expect((await saveOver(courseSettings, chosen(courseSettings, clash!, ['cap'])[0], send)).saved).toBe(true);
  expect(send).toHaveBeenCalledOnce();
});

test('a save whose answer was lost is found done', async () => {
  const { send } = server({ cap: 60 });
  const { saved, kept } = await saveOver(courseSettings, typed({ cap: 60 }), send);
  expect([saved, kept]).toEqual([true, []]);
});

test('hours that are wrong only together are shown, not sent', async () => {
  const { send, stands } = server({ closes: '09:00' });
  const { saved, clash, edit } = await saveOver(courseSettings, typed({ opens: '10:00' }), send);
  expect([saved, clash]).toEqual([false, null]);
  expect(edit.draft).toMatchObject({ opens: '10:00', closes: '09:00' });
  expect(stands().opens).toBe('07:00');
});

test('a course that is changed again and again is given up with the refusal', async () => {
  const restless = Array.from({ length: 9 }, (_, i) => ({ closes: `23:0${i}` }));
  const { send } = server(...restless);
  await expect(saveOver(courseSettings, typed({ cap: 60 }), send)).rejects.toMatchObject({
    code: 'changed_meanwhile',
  });
  expect(send).toHaveBeenCalledTimes(4);
});
