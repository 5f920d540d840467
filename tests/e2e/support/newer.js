// What JavaScript has learnt since the oldest browsers our pages are opened in, by the version of Chromium that brought it.
// It must not know the pages.

/** What is called on a value, whatever the value is. */
const CALLED = {
  fromEntries: 73,
  matchAll: 73,
  allSettled: 76,
  requestSubmit: 76,
  replaceAll: 85,
  replaceChildren: 86,
  at: 92,
  randomUUID: 92,
  hasOwn: 93,
  findLast: 97,
  findLastIndex: 97,
  showPicker: 99,
  checkVisibility: 105,
  toSorted: 110,
  toReversed: 110,
  toSpliced: 110,
  isWellFormed: 111,
  groupBy: 117,
  withResolvers: 119,
};

/** What stands for itself, or belongs to one object. */
const NAMED = {
  globalThis: 71,
  queueMicrotask: 71,
  WeakRef: 84,
  AggregateError: 85,
  structuredClone: 98,
  'AbortSignal.timeout': 103,
  'AbortSignal.any': 116,
  'Promise.any': 85,
  'Promise.try': 128,
};

/** @param {number} chromium the version that need not know it @returns {{ called: string[], named: string[] }} */
export function newerThan(chromium) {
  const later = (/** @type {Record<string, number>} */ all) =>
    Object.keys(all).filter((name) => (all[name] ?? 0) > chromium);
  return { called: later(CALLED), named: later(NAMED) };
}

/**
 * Runs in a page: takes away what that page's browser need not know.
 * @param {{ called: string[], named: string[] }} newer
 */
export function forget({ called, named }) {
  const holders = [
    Object,
    Array,
    Promise,
    AbortSignal,
    Map,
    window.crypto,
    Array.prototype,
    String.prototype,
  ];
  for (const kind of [Int8Array.prototype, Element.prototype, HTMLInputElement.prototype])
    holders.push(/** @type {any} */ (kind), Object.getPrototypeOf(kind));
  holders.push(/** @type {any} */ (window.Crypto.prototype));
  for (const name of called) for (const holder of holders) Reflect.deleteProperty(holder, name);
  for (const path of named) {
    const [first = '', second] = path.split('.');
    const holder = second === undefined ? window : Reflect.get(window, first);
    if (holder) Reflect.deleteProperty(holder, second ?? first);
  }
}
