// Reads what the server wrote into the shell: who is logged in, and the result of the scanned code.
// It must not act on it (main.ts does).

import type { Boot } from '@zaichang/core';

export function read_boot(document: Document): Boot {
  return JSON.parse(document.getElementById('boot')?.textContent ?? 'null') as Boot;
}
