// The privacy notice before the first login on this phone, as h5 shows it. It must not keep the answer: the visit does.

import { COLLECTED, NOT_COLLECTED, PRIVACY, PRIVACY_VERSION } from '@zaichang/core';
import { el } from './draw.ts';
import { action, frame, heading, type Words } from './parts.ts';
import type { Visit } from './visit.ts';

export function consent_view(declined: boolean, visit: Visit, words: Words): HTMLElement {
  const { t } = words;
  const collected = COLLECTED.map(({ what, why }) => [el('dt', {}, t(what)), el('dd', {}, t(why))]);
  return frame(
    words,
    null,
    [
      heading(words, PRIVACY.title),
      el('p', { class: 'quiet figures' }, t(PRIVACY.version, { version: PRIVACY_VERSION })),
      el('p', { class: 'consent-lead' }, t(PRIVACY.lead)),
      el('dl', { class: 'card consent' }, ...([] as HTMLElement[]).concat(...collected)),
      el('p', { class: 'quiet' }, t(NOT_COLLECTED)),
    ],
    [
      declined ? el('p', { class: 'consent-declined', role: 'alert' }, t(PRIVACY.declined)) : null,
      action(t(PRIVACY.agree), () => void visit.agree()),
      action(t(PRIVACY.decline), () => visit.decline(), true),
    ],
  );
}
