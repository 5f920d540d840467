// A device whose clock is wrong. Nothing that is shown may depend on it.

/** Runs in a page: from now on its wall clock is wrong by so much. @param {number} offset_ms */
export function setClock(offset_ms) {
  const kept = /** @type {{ RightDate?: DateConstructor }} */ (globalThis);
  const Right = (kept.RightDate ??= Date);
  globalThis.Date = new Proxy(Right, {
    construct: (date, args) =>
      args.length > 0 ? Reflect.construct(date, args) : new date(date.now() + offset_ms),
    get: (date, name) => (name === 'now' ? () => date.now() + offset_ms : Reflect.get(date, name)),
  });
}
