// What the views are made of: the frame of a page, a heading in both languages, the stamp, a sign, a button.
// It must not know which state is shown.

import { CHECK_IN, SHELL, say, type Language, type Sentence } from '@zaichang/core';
import { BACK, SEAL } from '../../h5/src/parts/signs.ts';
import { el } from './draw.ts';

export interface Words {
  t(sentence: Sentence, blanks?: Record<string, string | number>): string;
  beside(sentence: Sentence, blanks?: Record<string, string | number>): string;
  language: Language;
}

export const words_in = (language: Language): Words => ({
  language,
  t: (sentence, blanks) => say(sentence, language, blanks),
  beside: (sentence, blanks) => say(sentence, language === 'zh' ? 'en' : 'zh', blanks),
});

export const sign = (path: string, size = 24): HTMLElement =>
  el(
    'svg',
    {
      width: size,
      height: size,
      viewBox: '0 0 24 24',
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.8,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
    },
    el('path', { d: path }),
  );

export const action = (text: string, press: () => void, second = false, busy = false): HTMLElement =>
  el(
    'button',
    {
      class: second ? 'action second' : 'action',
      type: 'button',
      'aria-disabled': String(busy),
      click: press,
    },
    text,
  );

export const heading = ({ t, beside, language }: Words, sentence: Sentence, blanks = {}): HTMLElement =>
  el(
    'h1',
    { class: 'heading', tabindex: -1 },
    t(sentence, blanks),
    el('span', { class: 'beside', lang: language === 'zh' ? 'en' : 'zh-CN' }, beside(sentence, blanks)),
  );

export function frame(
  { t }: Words,
  back: (() => void) | null,
  middle: (HTMLElement | null)[],
  foot: (HTMLElement | null)[],
): HTMLElement {
  const left = back
    ? el(
        'button',
        { class: 'bar-button bar-back', type: 'button', click: back },
        sign(BACK),
        el('span', { class: 'hidden-text' }, t(SHELL.back)),
      )
    : el('span', { class: 'bar-brand' }, sign(SEAL), t(SHELL.brand));
  return el(
    'div',
    { class: 'frame' },
    el('header', { class: 'bar' }, left),
    el('main', { class: 'frame-middle' }, ...middle),
    el('footer', { class: 'frame-foot' }, ...foot),
  );
}

/** The stamp: solid when it is done, an outline with a run of ink while it is not. */
export function seal(
  { t, beside, language }: Words,
  word: Sentence,
  date: string,
  mood: string,
): HTMLElement {
  const face = t(word);
  const size = language === 'zh' ? 56 : Math.min(44, 280 / face.length);
  const arc = (id: string, d: string): HTMLElement => el('path', { id, d, fill: 'none' });
  const along = (id: string, name: string, text: string): HTMLElement =>
    el('text', { class: name }, el('textPath', { href: `#${id}`, startOffset: '50%' }, text));
  return el(
    'svg',
    { class: `seal ${mood}`, viewBox: '0 0 240 240', role: 'img', 'aria-label': face },
    el(
      'g',
      { class: 'seal-ink', fill: 'none', stroke: 'currentColor' },
      el('circle', { cx: 120, cy: 120, r: 112, 'stroke-width': 6 }),
      el('circle', { cx: 120, cy: 120, r: 102, 'stroke-width': 1.5 }),
      mood !== 'done' &&
        el('path', { class: 'seal-run', d: 'M120 8a112 112 0 0 1 112 112', 'stroke-width': 6 }),
    ),
    el(
      'g',
      { class: 'seal-words', fill: 'currentColor', 'text-anchor': 'middle' },
      arc('seal-arc', 'M37 120a83 83 0 0 1 166 0'),
      along('seal-arc', `seal-small ${language}`, t(CHECK_IN.seal_around)),
      el('text', { class: 'seal-word', x: 120, y: 120 + size * 0.36, 'font-size': size }, face),
      date !== '' && el('text', { class: 'seal-date', x: 120, y: 182 }, date),
      arc('seal-foot', 'M26 120a94 94 0 0 0 188 0'),
      along('seal-foot', 'seal-beside', beside(word)),
    ),
  );
}
