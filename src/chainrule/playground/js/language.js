// Which language the pages speak. What was chosen on one of them holds for the other, too.

import { h } from "../../drawing/view/js/main.js";
import { say } from "./words.js";

const KEY = "chainrule-language";

/** How the address of a link names the language: a disk may give each page a storage of its own. */
const PART = "language";

/** The language that somebody chose. @type {string | undefined} */
let chosen;

/** The language to begin with: the chosen one, or what the page was told, or the browser's.
 *  @param {PageWords["languages"]} languages @param {string | null} told */
export function firstLanguage(languages, told) {
  const isKnown = (/** @type {string} */ code) => Object.hasOwn(languages, code);
  const brought = new URLSearchParams(location.hash.slice(1)).get(PART);
  if (isKnown(brought)) keep(brought);
  else chosen = [kept()].find(isKnown);
  const own = navigator.languages.map((code) => code.slice(0, 2));
  return [chosen, told, ...own].find(isKnown) ?? "en";
}

/** The address of the other page, with the language if somebody chose one. @param {string} address */
export function withLanguage(address) {
  return chosen ? `${address}#${PART}=${chosen}` : address;
}

/** The field that chooses a language. @param {PageWords["languages"]} languages
 *  @param {(language: string) => void} speak builds the page anew, and so this field */
export function languageField(languages, speak) {
  const { lang } = document.documentElement;
  const options = Object.entries(languages).map(([code, { language }]) =>
    h("option", { value: code, lang: code, selected: code === lang }, language),
  );
  const choose = () => {
    keep(field.value);
    speak(field.value);
    /** @type {HTMLElement} */ (document.querySelector("select.language")).focus();
  };
  const label = { "aria-label": say("language_label"), onchange: choose };
  const field = h("select.language", label, ...options);
  return field;
}

/** Follow what was chosen on the other page, where the browser shows this one again as it was.
 *  @param {(language: string) => void} speak */
export function followLanguage(speak) {
  window.addEventListener("pageshow", ({ persisted }) => {
    const language = persisted ? kept() : null;
    if (!language || language === document.documentElement.lang) return;
    chosen = language;
    speak(language);
  });
}

/** @param {string} language */
function keep(language) {
  chosen = language;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // the page works without storage, until it is left
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
