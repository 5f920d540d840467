// Where a person registers: shown by the start page, so that the first load of a scan does not know it.
// It must not know what the page shows.

export const REGISTRATION_ADDRESS = '/registration';

export const is_registration = ({ pathname }: Pick<Location, 'pathname'>): boolean =>
  pathname === REGISTRATION_ADDRESS;
