// The sentences of the view: English ones, unless the page around it speaks another language.

import { PHRASES } from "../generated/phrases.js";

/** What English sentences are in the language of the page. @type {Record<string, string>} */
let dictionary = {};

/** Speak another language.
 *  @param {Record<string, string>} sentences by the English ones; those that are missing stay */
export function learn(sentences) {
  dictionary = sentences;
}

/** An English sentence in the language of the page, with its gaps filled in.
 *  @param {string} english @param {Record<string, string | number>} [values] */
export function spoken(english, values = {}) {
  const sentence = Object.hasOwn(dictionary, english) ? dictionary[english] : english;
  return sentence.replace(/\{(\w+)\}/g, (_gap, key) => String(values[key]));
}

/** A phrase by its name in verdict/gradients/phrases.py, with its gaps filled in. */
export function phrase(name, values = {}) {
  return spoken(PHRASES[name], values);
}

/** Words as a sentence begins. @param {string} words */
export function capitalised(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
