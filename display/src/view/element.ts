// Makes the page's elements: text by textContent and shapes by createElementNS, never markup from a string.
// It must not know what any of them is for.
import type { Words } from '../words';

const SVG = 'http://www.w3.org/2000/svg';

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

export function shape(tag: string, attributes: { [name: string]: string }): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const name of Object.keys(attributes)) made.setAttribute(name, attributes[name]!);
  return made;
}

/** Writes only what differs: most frames change nothing, and then the browser has nothing to do. */
export function write(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A line in both languages, the English quieter. */
export interface Bilingual {
  node: HTMLElement;
  say(words: Words): void;
}

export function bilingual(tag: 'p' | 'h1' | 'h2' | 'span', className: string): Bilingual {
  const zh = element('span', 'zh');
  const en = element('span', 'en');
  en.lang = 'en';
  return {
    node: element(tag, className, zh, ' ', en),
    say(words) {
      write(zh, words.zh);
      write(en, words.en);
    },
  };
}
