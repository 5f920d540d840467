// Everything a test file has started is ended with it, newest first, also when the start of something else has failed.
// It must not know what anything is.

/** @type {(() => Promise<unknown>)[]} */
const ends = [];

export function atTheEnd(/** @type {() => Promise<unknown>} */ end) {
  ends.push(end);
}

export async function endAll() {
  /** @type {unknown[]} */
  const faults = [];
  for (const end of ends.splice(0).reverse()) {
    await end().catch((fault) => faults.push(fault));
  }
  if (faults.length > 0) throw new AggregateError(faults, 'Something could not be ended.');
}

// An early end of the run, by Ctrl-C or another signal, leaves nothing behind either.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => void endAll().finally(() => process.exit(1)));
}
