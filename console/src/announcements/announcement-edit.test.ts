// Checks that a change holds what differs alone, that a last day is a whole day, and that faults are named. It must not draw anything.
import { expect, test } from 'vitest';
import type { Announcement } from '../api/types';
import { announcementEdit, endOf, faultsOf, lastDayOf } from './announcement-edit';
import { boardAddressOf, boardFilterIn, ownAddressOf, ownFilterIn } from './filter';

const announcement = {
  title: '学分审核安排',
  body: '请按时报送。',
  to_admins: true,
  to_people: false,
  pinned: false,
  units: [{ id: 7, name: '岳麓人民医院' }],
  shown_until: '2026-12-31T16:00:00Z',
} as Announcement;

test('a change is sent alone, and blanks at the ends are none', () => {
  const draft = announcementEdit.draftOf(announcement);
  expect(draft.until).toBe('2026-12-31');
  expect(announcementEdit.changesOf(announcement, { ...draft, title: ' 学分审核安排 ' })).toEqual({});
  expect(announcementEdit.changesOf(announcement, { ...draft, units: [], until: null })).toEqual({
    unit_ids: [],
    shown_until: null,
  });
});

test('a last day ends at midnight in China', () => {
  expect(endOf('2026-12-31')).toBe('2026-12-31T16:00:00.000Z');
  expect(lastDayOf(endOf('2026-12-31'))).toBe('2026-12-31');
  expect(lastDayOf(null)).toBeNull();
});

test('what is wrong is named', () => {
  const draft = announcementEdit.draftOf(announcement);
  expect(faultsOf(draft)).toEqual({});
  expect(faultsOf({ title: '学', body: ' ', to_admins: false, to_people: false })).toEqual({
    title: 'announcements.title_wrong',
    body: 'announcements.body_wrong',
    to_admins: 'announcements.readers_wrong',
  });
});

test('filters go into the address and come back', () => {
  expect(boardFilterIn(boardAddressOf({ unread: true }) as never)).toEqual({ unread: true });
  expect(ownFilterIn(ownAddressOf({ state: 'draft' }) as never)).toEqual({ state: 'draft' });
  expect(ownFilterIn({ state: 'nonsense' })).toEqual({ state: null });
});
