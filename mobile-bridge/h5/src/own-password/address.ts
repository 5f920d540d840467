// Where people set the password that they log in by: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

const OWN_PASSWORD_HASH = '#password';
export const OWN_PASSWORD_ADDRESS = `/${OWN_PASSWORD_HASH}`;

export const is_own_password = ({ hash }: Pick<Location, 'hash'>): boolean => hash === OWN_PASSWORD_HASH;
