// Consent to the privacy notice: asked for once, sent to the server once, and again when the notice changes.

import { expect, it } from 'vitest';
import { CONSENT, PRIVACY_VERSION, consent_over, type HttpRequest, type Platform } from '../src/index.ts';

function phone(kept: Map<string, string>, status = 204) {
  const asked: HttpRequest[] = [];
  const platform = {
    send: async (request: HttpRequest) => (asked.push(request), { status, json: undefined }),
    storage: {
      read: (key: string) => kept.get(key) ?? null,
      write: (key: string, text: string) => void kept.set(key, text),
    },
  } as unknown as Platform;
  return { asked, consent: consent_over(platform, 'h5') };
}

it('is told to the server once, after it was given', async () => {
  const kept = new Map<string, string>();
  const { consent, asked } = phone(kept);
  await consent.keep();
  expect([consent.is_given(), asked.length]).toEqual([false, 0]);
  consent.give();
  expect(consent.is_given()).toBe(true);
  await consent.keep();
  await consent.keep();
  expect(asked.map(({ path, body }) => [path, body])).toEqual([
    ['/api/v1/me/privacy-consents', { version: PRIVACY_VERSION, client_kind: 'h5' }],
  ]);
  expect(kept.get(CONSENT)).toBe('kept');
});

it('is told again at the next login where the server has not had it', async () => {
  const kept = new Map<string, string>();
  phone(kept).consent.give();
  await phone(kept, 503).consent.keep();
  const next = phone(kept);
  expect(next.consent.is_given()).toBe(true);
  await next.consent.keep();
  expect(next.asked).toHaveLength(1);
});

it('is asked for anew when the notice has changed', () => {
  expect(phone(new Map([['zaichang.privacy.2020-01-01', 'kept']])).consent.is_given()).toBe(false);
});
