// Run before the tests. Screens and counts belong to a day of Asia/Shanghai, and check-ins to a slot of eight hours of it, so a
// test that runs across the end of one tests something else. The only wait for the clock here, and a rare one.

const MINUTE_MS = 60_000;
/** Slots begin at midnight, at eight and at sixteen o'clock in Shanghai, which is eight hours ahead of UTC. */
const SLOT_MS = 8 * 60 * MINUTE_MS;
/** Longer than all tests take on a slow machine; and the first minutes, in which opening hours cannot be over yet. */
const BEFORE_MS = 8 * MINUTE_MS;
const AFTER_MS = 2 * MINUTE_MS;

const wait = BEFORE_MS + AFTER_MS - ((Date.now() + BEFORE_MS) % SLOT_MS);
if (wait > 0) {
  console.log(`Waiting ${Math.ceil(wait / 1000)} s for a slot to begin in Shanghai.`);
  await new Promise((resolve) => setTimeout(resolve, wait));
}
