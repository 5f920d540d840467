// Runs in a page: which controls the keyboard ought to reach there, and what can be seen of the one that has it.
// It must not press keys.

/** @typedef {{ at: number, name: string, inParts: boolean, inSight: boolean }} Stop `at`: its place among the wanted, -1 for what only scrolls */
/** @typedef {{ marked: boolean, stop: Stop | null }} Look `marked`: what had the keyboard before looked otherwise then; no stop: the page's end */
/** @typedef {{ begin(whole: string, key: 'Tab' | 'Shift+Tab'): string[], look(): Promise<Look> }} FocusWatch */
/** @typedef {Window & { focusWatch: FocusWatch }} Watched */

export function watchFocus() {
  /** @type {Element[]} */ let wanted = [];
  /** What had the keyboard last, and how it looked then. @type {{ one: Element, looked: string } | null} */
  let before = null;
  const CONTROLS =
    'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable="true"]';

  /** @param {Element} one */
  function name(one) {
    const said = one.getAttribute('aria-label') || /** @type {HTMLElement} */ (one).innerText || one.id;
    return `<${one.localName}> “${(said ?? '').trim().slice(0, 40)}”`;
  }

  /** @param {Element} one */
  function isShown(one) {
    if (getComputedStyle(one).visibility !== 'visible') return false;
    for (let up = one.parentElement; up; up = up.parentElement)
      if (up instanceof HTMLDetailsElement && !up.open && !up.querySelector('summary')?.contains(one))
        return false;
    return one.getClientRects().length > 0;
  }

  /** A group of radios is one stop, at whichever of them the browser chooses. @param {Element} one @returns {Element} */
  function stopOf(one) {
    if (!(one instanceof HTMLInputElement) || one.type !== 'radio' || !one.name) return one;
    const group = [...document.querySelectorAll('input')].filter(
      ({ type, name, form, disabled }) =>
        type === 'radio' && name === one.name && form === one.form && !disabled,
    );
    return group[0] ?? one;
  }

  /** What of it people see: a hidden box is seen by its label. @param {Element} one */
  function seen(one) {
    const { width, height } = one.getBoundingClientRect();
    const label = one instanceof HTMLInputElement ? one.labels?.[0] : null;
    return label && (width < 8 || height < 8 || getComputedStyle(one).opacity === '0') ? label : one;
  }

  /** @param {Element} one */
  function inSight(one) {
    const box = seen(one).getBoundingClientRect();
    const across = [0.5, 0.1, 0.9].map((share) => box.left + box.width * share);
    const down = [0.5, 0.2, 0.8].map((share) => box.top + box.height * share);
    return across.some((x) =>
      down.some((y) => {
        const there = document.elementFromPoint(x, y);
        return there !== null && (seen(one).contains(there) || there.contains(seen(one)));
      }),
    );
  }

  /** How it, what holds it and what stands before and after it look. @param {Element} one */
  function looks(one) {
    const around = [one, one.nextElementSibling];
    for (let up = one.parentElement, n = 0; up && n < 4; up = up.parentElement, n++) around.push(up);
    return around
      .flatMap((each) =>
        each ? [null, '::before', '::after'].map((pseudo) => getComputedStyle(each, pseudo)) : [],
      )
      .map((style) =>
        [
          style.outlineStyle === 'none'
            ? ''
            : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`,
          style.boxShadow,
          style.borderColor,
          style.borderWidth,
          style.backgroundColor,
          style.clipPath,
        ].join(),
      )
      .join('\n');
  }

  /** @type {Watched} */ (/** @type {unknown} */ (window)).focusWatch = {
    begin(whole, key) {
      const root = document.querySelector(whole) ?? document.body;
      before = null;
      wanted = [...root.querySelectorAll(CONTROLS)].filter(
        (one) =>
          /** @type {HTMLElement} */ (one).tabIndex >= 0 &&
          !one.matches(':disabled') &&
          isShown(one) &&
          stopOf(one) === one,
      );
      // The keyboard begins at the edge: where something was that is gone again.
      const edge = document.createElement('span');
      edge.tabIndex = -1;
      if (key === 'Tab') root.prepend(edge);
      else root.append(edge);
      edge.focus({ preventScroll: true });
      edge.remove();
      return wanted.map(name);
    },
    async look() {
      // Even the shortest change of a colour takes a frame.
      for (let frame = 0; frame < 2; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
      const one = document.activeElement;
      const marked = before === null || before.one === one || looks(before.one) !== before.looked;
      if (!one || one === document.body || one === document.documentElement) {
        before = null;
        return { marked, stop: null };
      }
      before = { one, looked: looks(one) };
      const inParts = one instanceof HTMLInputElement && ['date', 'time'].includes(one.type);
      return {
        marked,
        stop: { at: wanted.indexOf(stopOf(one)), name: name(one), inParts, inSight: inSight(one) },
      };
    },
  };
}
