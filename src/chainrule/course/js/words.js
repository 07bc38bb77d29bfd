// The words of the page, in the language that was chosen.

/** @type {Record<string, string>} */
let words = {};

/** @param {Record<string, string>} chosen @param {Record<string, string>} english */
export function speak(chosen, english) {
  words = { ...english, ...chosen };
}

/** @param {string} key @param {Record<string, string | number>} [parts] */
export function say(key, parts = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(parts[name]));
}
