// The six characters that a page on another computer shows, as they are typed here. It must not know whether they are right.

/** None is taken for another: the server's own alphabet. */
const sound = /^[34679ACDEFGHJKMNPQRTVWXY]{6}$/;

/** What was typed without spaces and dashes, in upper case. */
export function charactersIn(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase();
}

export const areCharacters = (typed: string): boolean => sound.test(charactersIn(typed));

/** The characters in the fragment of an address, as the QR of such a page holds them. */
export function charactersOf(hash: string): string {
  const found = charactersIn(hash.replace(/^#/, ''));
  return sound.test(found) ? found : '';
}
