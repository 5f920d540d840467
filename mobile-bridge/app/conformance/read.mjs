// Reads a text from any sender as JSON.

/** @param {string} text @returns {any} null when it is none */
export function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
