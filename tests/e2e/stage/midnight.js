// Run before the tests. Screens and counts belong to a day of Asia/Shanghai, so a test that runs across its midnight
// tests something else. The only wait for the clock here, and one that hardly anybody ever meets.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SHANGHAI_MS = 8 * 60 * MINUTE_MS;
/** Longer than all tests take on a slow machine; and the first minutes, in which opening hours cannot be over yet. */
const BEFORE_MS = 8 * MINUTE_MS;
const AFTER_MS = 2 * MINUTE_MS;

const wait = BEFORE_MS + AFTER_MS - ((Date.now() + SHANGHAI_MS + BEFORE_MS) % DAY_MS);
if (wait > 0) {
  console.log(`Waiting ${Math.ceil(wait / 1000)} s for midnight in Shanghai to pass.`);
  await new Promise((resolve) => setTimeout(resolve, wait));
}
