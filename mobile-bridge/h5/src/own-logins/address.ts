// Where a person sees their own logins: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

const OWN_LOGINS_HASH = '#logins';
export const OWN_LOGINS_ADDRESS = `/${OWN_LOGINS_HASH}`;

export const is_own_logins = ({ hash }: Pick<Location, 'hash'>): boolean => hash === OWN_LOGINS_HASH;
