// After a logout on this phone WeChat does not log the person in again automatically, until they ask for it.
// The mini-program remembers the same under the same name.

import type { Storage } from '@zaichang/core';

const STAYS_OUT = 'zaichang.stays_out';

export const stay_out = (storage: Storage): void => storage.write(STAYS_OUT, 'yes');
export const come_in = (storage: Storage): void => storage.remove(STAYS_OUT);
export const stays_out = (storage: Storage): boolean => storage.read(STAYS_OUT) !== null;
