// The calls of announcements: a page of them, what stands first and how much is unread, one with its text, and what was read. By the
// same call as the inbox. It must not know how they are shown.

import type { Answer } from '@zaichang/core';
import type { components } from '@zaichang/shared/openapi';
import { inbox_call } from '../inbox/api.ts';

type Schemas = components['schemas'];

export type AnnouncementsPage = Schemas['PostedAnnouncements'];
export type PostedAnnouncement = Schemas['PostedAnnouncement'];
export type AnnouncementText = Schemas['AnnouncementText'];
export type NewestAnnouncement = Schemas['NewestAnnouncement'];

const PATH = '/api/v1/me/announcements';

export interface AnnouncementsApi {
  page(after: string | null): Promise<Answer<AnnouncementsPage>>;
  newest(): Promise<Answer<NewestAnnouncement>>;
  one(id: number): Promise<Answer<AnnouncementText>>;
  read(id: number): Promise<Answer<null>>;
}

export function announcements_api(window: Window, language: () => string): AnnouncementsApi {
  const call = inbox_call(window, language);
  return {
    page: (after) => call('GET', after === null ? PATH : `${PATH}?after=${encodeURIComponent(after)}`),
    newest: () => call('GET', `${PATH}/newest`),
    one: (id) => call('GET', `${PATH}/${id}`),
    read: (id) => call('POST', `${PATH}/reading`, { ids: [id] }),
  };
}
