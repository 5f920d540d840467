// The inbox's own calls: a page of it, how much is unread, what was read; and what a person chooses, by its version. By fetch itself,
// as a scan's requests know no versions. It must not know how they are shown.

import { read_problem, type Answer } from '@zaichang/core';
import type { components } from '@zaichang/shared/openapi';

type Schemas = components['schemas'];

export type InboxPage = Schemas['Inbox'];
export type InboxNotice = Schemas['InboxNotice'];
export type Preferences = Schemas['NoticePreferences'];
export type NewPreferences = Schemas['NewNoticePreferences'];

const NO_ANSWER_AFTER_MS = 15_000;
const PATH = '/api/v1/me/notices';
const PREFERENCES = '/api/v1/me/notice-preferences';

export interface InboxApi {
  page(after: string | null): Promise<Answer<InboxPage>>;
  unread(): Promise<Answer<{ unread: number }>>;
  /** This one and all that are older are read. */
  read_through(id: number): Promise<Answer<null>>;
  preferences(): Promise<Answer<Preferences>>;
  choose(version: string, wanted: NewPreferences): Promise<Answer<Preferences>>;
}

/** Asks the server, and answers with what it said. */
export type InboxCall = <T>(
  method: string,
  path: string,
  body?: object,
  version?: string,
) => Promise<Answer<T>>;

export function inbox_call(window: Window, language: () => string): InboxCall {
  return async function call<T>(
    method: string,
    path: string,
    body?: object,
    version?: string,
  ): Promise<Answer<T>> {
    const giving_up = new AbortController();
    const timer = window.setTimeout(() => giving_up.abort(), NO_ANSWER_AFTER_MS);
    try {
      const response = await window.fetch(path, {
        method,
        headers: {
          Accept: 'application/json',
          'Accept-Language': language(),
          ...(body && { 'Content-Type': 'application/json' }),
          ...(version !== undefined && { 'If-Match': version }),
        },
        body: body ? JSON.stringify(body) : null,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: giving_up.signal,
      });
      const json: unknown = response.status === 204 ? null : await response.json();
      if (response.ok) return { is: 'value', value: json as T };
      const problem = read_problem(json, response.status);
      return problem ? { is: 'refused', problem } : { is: 'no_answer' };
    } catch {
      return { is: 'no_answer' };
    } finally {
      window.clearTimeout(timer);
    }
  };
}

export function inbox_api(window: Window, language: () => string): InboxApi {
  const call = inbox_call(window, language);
  return {
    page: (after) => call('GET', after === null ? PATH : `${PATH}?after=${encodeURIComponent(after)}`),
    unread: () => call('GET', `${PATH}/unread`),
    read_through: (id) => call('POST', `${PATH}/reading`, { through: id }),
    preferences: () => call('GET', PREFERENCES),
    choose: (version, wanted) => call('PUT', PREFERENCES, wanted, version),
  };
}
