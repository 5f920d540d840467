// Where a person registers, and whether somebody does so on this phone: shown by the start page, so that the first load of a scan
// does not know it. It must not know what the page shows.

import type { Storage } from '@zaichang/core';

const REGISTERING = 'zaichang.registering';

/** Whether a registration was opened on this phone and not left: its session is in a cookie that no script sees. */
export const is_registering = (storage: Storage): boolean => storage.read(REGISTERING) !== null;

export function note_registering(storage: Storage, is: boolean): void {
  if (is) storage.write(REGISTERING, 'open');
  else storage.remove(REGISTERING);
}

export const REGISTRATION_ADDRESS = '/registration';

export const is_registration = ({ pathname }: Pick<Location, 'pathname'>): boolean =>
  pathname === REGISTRATION_ADDRESS;
