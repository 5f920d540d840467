// The pages as drawn: WeChat's own WXML compiler and component system over a document, what stands on a page, and how a
// finger or the keyboard reaches it. It must not know what wx can do, nor what any page is about.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const simulate = require('miniprogram-simulate');
const wxss = require('miniprogram-simulate/src/wxss.js');
const of_simulate = createRequire(require.resolve('miniprogram-simulate'));
const components = of_simulate('j-component');
const exparser = createRequire(of_simulate.resolve('j-component'))('miniprogram-exparser');

/** A page that is rendered, and its own methods. */
export interface Rendered {
  dom: HTMLElement;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- WeChat's own objects have no types
  instance: Record<string, any>;
  attach(parent: Node): void;
  detach(): void;
  querySelector(selector: string): Rendered | undefined;
}

/** An element of WeChat's, and what its component system keeps of it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- WeChat's own objects have no types
export type Drawn = HTMLElement & { __wxElement: Record<string, any> };

export function render(built: string, page: string): Rendered {
  const path = join(built, 'pages', page, page);
  return simulate.render(simulate.load(path, 'page', { rootPath: built, compiler: 'official' }));
}

export const all_in = (page: Rendered | undefined, selector: string): Drawn[] => [
  ...(page?.dom.querySelectorAll<Drawn>(selector) ?? []),
];

/** Everything that reacts to a tap: WeChat's own buttons, rows, the line of the receipt. */
export const TAPPABLE = 'wx-button, .page--t-cell, .page--receipt';

export const said = ({ textContent }: Drawn): string => textContent?.trim() ?? '';

/** What an element was last handed by the pages for that attribute. */
export const handed = ({ __wxElement }: Drawn, name: string): string =>
  __wxElement._vt.attrs.find((attribute: { name: string }) => attribute.name === name)?.value ?? '';

/** Only a tap bubbles; WeChat's other events reach the element alone. */
export function happens({ __wxElement }: Drawn, event: string, detail: object): void {
  const up = event === 'tap';
  exparser.Event.dispatchEvent(
    __wxElement,
    exparser.Event.create(event, detail, { bubbles: up, composed: up, capturePhase: true }),
  );
}

/** As WeChat does it: a page's sheet reaches TDesign's parts, which ask for it (`apply-shared`), and no part of ours. */
const scope = (tag: string): string => (tag.startsWith('t-') && tag !== 't-icon' ? 'page' : tag);

const { register } = components;
components.register = (part: { tagName: string; options?: object }) =>
  register({ ...part, options: { ...part.options, classPrefix: scope(part.tagName ?? '') } });

// Only pictures need the sheets, and a document without a screen spends its time on reading them.
if (process.env.PICTURES === undefined) wxss.compile = wxss.insert = () => '';
else {
  const { compile } = wxss;
  // 750 rpx are the screen's width.
  const in_vw = (text: string): string =>
    text.replace(/([\d.]+)rpx/g, (_, rpx: string) => `${Number(rpx) / 7.5}vw`);
  wxss.compile = (text: string, options: { prefix: string }) =>
    compile(in_vw(text), { ...options, prefix: scope(options.prefix) });
}
