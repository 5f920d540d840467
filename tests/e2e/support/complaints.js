// What was wrong in a passing test: errors of a page, violations of its policy, findings of axe.
// A test that leaves any fails, after it has reported the others.

import assert from 'node:assert/strict';

/** @type {string[]} */
const complaints = [];

export function complain(/** @type {string} */ text) {
  complaints.push(text);
}

export function nobodyComplains() {
  const all = complaints.splice(0);
  assert.equal(all.length, 0, all.join('\n\n'));
}
