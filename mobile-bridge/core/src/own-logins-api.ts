// The routes of one's own logins: listed, and ended one by one or all but this. It must not know how they are shown.

import { call_over } from './call.ts';
import type { Platform } from './platform.ts';
import { fields_of, type Answer } from './wire/read.ts';
import type { OwnLogin } from './wire/routes.ts';

export interface OwnLoginsApi {
  /** This one first, then the newest. */
  list(): Promise<Answer<OwnLogin[]>>;
  end(id: string): Promise<Answer<true>>;
  /** How many were ended. */
  end_others(): Promise<Answer<number>>;
}

const PATH = '/api/v1/me/sessions';

export function own_logins_api_over(platform: Pick<Platform, 'send'>): OwnLoginsApi {
  const call = call_over(platform);
  return {
    list: () =>
      call({ method: 'GET', path: PATH }, (json) => {
        const items = fields_of(json)?.items;
        return Array.isArray(items) ? (items as OwnLogin[]) : null;
      }),
    end: (id) =>
      call({ method: 'DELETE', path: `${PATH}/${id}` }, (_, status) => (status === 204 ? true : null)),
    end_others: () =>
      call({ method: 'DELETE', path: PATH }, (json) => {
        const ended = fields_of(json)?.ended;
        return typeof ended === 'number' ? ended : null;
      }),
  };
}
