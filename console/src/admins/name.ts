// Whether a text is a person's name, as the server takes one. It must not know whose.

/** 2 to 50 letters, no digits. */
export function nameFits(text: string): boolean {
  const length = [...text.trim()].length;
  return length >= 2 && length <= 50 && !/\p{N}/u.test(text);
}
