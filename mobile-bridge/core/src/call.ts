// One request and its one answer, over the platform's `send`: used by every file that calls the service's routes.
// It must not know any route, and it never retries (outbox.ts does).

import type { HttpRequest, Platform } from './platform.ts';
import { read_answer, type Answer, type ReadValue } from './wire/read.ts';

export interface Call {
  <T>(request: HttpRequest, read_value: ReadValue<T>): Promise<Answer<T>>;
}

export function call_over({ send }: Pick<Platform, 'send'>): Call {
  return async (request, read_value) => {
    try {
      return read_answer(await send(request), read_value);
    } catch {
      return { is: 'no_answer' };
    }
  };
}
