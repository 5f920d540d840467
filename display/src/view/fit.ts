// Makes text fit: shrinks step by step until nothing runs over, so that a long name is smaller, never clipped.
// It must not know what the text says.

const STEP = 0.94;

/** Turns `--fit` on `target` down until `fits` says so, but never below what can still be read. */
export function fit(target: HTMLElement, smallest: number, fits: () => boolean): void {
  let scale = 1;
  target.style.setProperty('--fit', '1');
  while (!fits() && scale > smallest) {
    scale *= STEP;
    target.style.setProperty('--fit', scale.toFixed(3));
  }
}

export function linesOf(node: HTMLElement): number {
  return Math.round(node.offsetHeight / parseFloat(getComputedStyle(node).lineHeight));
}

export const noWider = (node: HTMLElement): boolean => node.scrollWidth <= node.clientWidth;

/** By the boxes, not by scrollHeight: that one counts the air around Chinese glyphs too. */
export function holds(column: HTMLElement): boolean {
  const last = column.lastElementChild!.getBoundingClientRect();
  return last.bottom <= column.getBoundingClientRect().bottom + 1;
}
