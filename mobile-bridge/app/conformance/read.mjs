// Reads a text as JSON, whoever wrote it.

/** @param {string} text @returns {any} null when it is none */
export function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
