// The words of the page, in the language that was chosen; the course's page has them from here too.

import { learn } from "../../drawing/view/js/main.js";

/** @type {Record<string, string>} */
let words = {};

/** Speak a language, in the view too. @param {PageWords} all @param {string} language */
export function speak({ languages, sentences }, language) {
  words = languages[language];
  learn(sentences[language] ?? {});
  document.documentElement.lang = language;
}

/** @param {string} key @param {Record<string, string | number>} [parts] */
export function say(key, parts = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(parts[name]));
}

/** So many of something: one of them has words of its own. @param {string} key @param {number} count */
export function sayCount(key, count) {
  return say(count === 1 ? `${key}_one` : key, { count: grouped(count) });
}

/** A whole number, its thousands apart. @param {number} count */
export function grouped(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, say("thousands"));
}
