// Elements in one line each: an HTML or SVG element with its attributes, children and presses. Texts are only ever texts.
// It must not know what is drawn.

type Child = Node | string | null | false;
type Attributes = Record<string, string | number | boolean | (() => void)>;

const SVG = 'http://www.w3.org/2000/svg';
const IN_SVG = new Set(['svg', 'g', 'circle', 'path', 'text', 'textPath']);

export function el(tag: string, attributes: Attributes, ...children: Child[]): HTMLElement {
  const element = IN_SVG.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== false)
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  }
  return element as HTMLElement;
}

export function put(into: Element, ...children: Node[]): void {
  while (into.firstChild) into.removeChild(into.firstChild);
  children.forEach((child) => into.appendChild(child));
}
