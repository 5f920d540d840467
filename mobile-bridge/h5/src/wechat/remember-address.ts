// Where a person binds the WeChat account they are in: a view of the start page, so that the back button closes it.
// It must not know what the view shows.

const REMEMBER_HASH = '#remember';
export const REMEMBER_ADDRESS = `/${REMEMBER_HASH}`;

export const is_remember = ({ hash }: Pick<Location, 'hash'>): boolean => hash === REMEMBER_HASH;
