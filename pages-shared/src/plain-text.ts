// A plain text as pages show it: paragraphs of lines, and the web addresses in them as links. Never read as HTML: a page
// writes each part as text. It must not draw anything.

/** A part of a line; `href` where it is a web address. */
export interface TextPart {
  text: string;
  href: string | null;
}

/** Only what begins so is a link: no other scheme is opened from a text. */
const ADDRESS = /https?:\/\/[\w\-.~:/?#@!$&'*+,;=%]+/gi;
/** What ends a sentence ends no address. */
const SENTENCE_END = /[.,;:!?']+$/;

/** Paragraphs, which empty lines part, of lines of parts. */
export function paragraphsOf(text: string): TextPart[][][] {
  return text
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => paragraph.split('\n').map(partsOfLine));
}

export function partsOfLine(line: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  // Phones that know no matchAll read it as well.
  for (let found = ADDRESS.exec(line); found; found = ADDRESS.exec(line)) {
    const address = found[0].replace(SENTENCE_END, '');
    if (!hasHost(address)) continue;
    if (found.index > at) parts.push({ text: line.slice(at, found.index), href: null });
    parts.push({ text: address, href: address });
    at = found.index + address.length;
  }
  if (at < line.length || parts.length === 0) parts.push({ text: line.slice(at), href: null });
  return parts;
}

/** Not one that hides where it leads behind a name: https://bank.example@elsewhere.example. */
function hasHost(address: string): boolean {
  const host = /^https?:\/\/([^/?#]*)/i.exec(address)?.[1] ?? '';
  return host !== '' && !host.includes('@');
}
