// The filters of announcements that are read, and of one's own: kept in the address, sent to the server. It must not know how they
// are drawn.
import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { choiceIn, queryOf } from '../frame/address';
import type { AnnouncementState } from '../api/types';

export interface BoardFilter {
  unread: boolean;
}

export const allPosted: BoardFilter = { unread: false };

export const boardFilterIn = (query: LocationQuery): BoardFilter => ({
  unread: choiceIn(query['show'], ['unread']) !== null,
});

export const boardAddressOf = ({ unread }: BoardFilter): LocationQueryRaw =>
  queryOf({ show: unread ? 'unread' : null });

export const states = [
  'draft',
  'scheduled',
  'published',
  'ended',
  'withdrawn',
] as const satisfies readonly AnnouncementState[];

export interface OwnFilter {
  state: AnnouncementState | null;
}

export const allOwn: OwnFilter = { state: null };

export const ownFilterIn = (query: LocationQuery): OwnFilter => ({ state: choiceIn(query['state'], states) });

export const ownAddressOf = ({ state }: OwnFilter): LocationQueryRaw => queryOf({ state });
