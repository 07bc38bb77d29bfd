// How numbers are written: with four decimals, or with four significant digits if tiny or huge.

import { DASH, FIXED_FROM, FIXED_UNTIL, MINUS } from "../generated/facts.js";

const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** How a missing number, nan and the infinities are written; null for a finite number. */
function special(x) {
  if (x === null || x === undefined) return DASH;
  if (Number.isNaN(x)) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "∞" : `${MINUS}∞`;
  return null;
}

/** @param {number | null} x */
export function formatNumber(x) {
  const magnitude = Math.abs(x);
  const isPlain = x === 0 || (magnitude >= FIXED_FROM && magnitude < FIXED_UNTIL);
  return special(x) ?? signed(isPlain ? rounded(x, "toFixed", 4) : rounded(x, "toExponential", 3));
}

/** With up to so many significant digits and no trailing zeros.
 *  @param {number | null} x */
export function formatShort(x, significant = 6) {
  if (special(x)) return special(x);
  const [digits, power] = rounded(x, "toExponential", significant - 1).split("e");
  if (power < -4 || power >= 6) return signed(`${trimmed(digits)}e${power}`);
  const decimals = significant - 1 - Number(power);
  if (decimals < 0) return signed(String(withDigits(x, significant))); // as 7,342 becomes 7340
  return signed(trimmed(rounded(x, "toFixed", decimals)));
}

/** Two numbers with as many digits as tell them apart. @param {number} one @param {number} two */
export function formatApart(one, two, written = (/** @type {number} */ x) => formatShort(x)) {
  let texts = [one, two].map(written);
  for (let digits = 7; texts[0] === texts[1] && digits <= 17; digits++)
    texts = [one, two].map((x) => formatShort(x, digits));
  return texts;
}

/** A number with so many digits after the point. Python, unlike JavaScript, rounds a half to the
 *  even digit. @param {number} x @param {"toFixed" | "toExponential"} write */
function rounded(x, write, digits) {
  const [exact, power] = x[write](60).split("e");
  const kept = exact.slice(0, digits - 60).replace(/\.$/, "");
  const isEven = /[02468]$/.test(kept) && /^50*$/.test(exact.slice(digits - 60));
  return padded(isEven ? [kept, power ?? []].flat().join("e") : x[write](digits));
}

/** The nearest number with so many significant digits. @param {number} x */
export function withDigits(x, digits) {
  return Number(rounded(x, "toExponential", digits - 1));
}

/** As it can be typed. @param {number} x */
export function formatInput(x) {
  return String(x).replace("NaN", "nan").replace("Infinity", "inf");
}

/** Every digit that the number has. */
export function formatExact(x) {
  return typeof x === "number" && Math.abs(x) < Infinity ? signed(String(x)) : formatShort(x);
}

function signed(text) {
  return text.replace(/-/g, MINUS);
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function padded(text) {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

export function signOf(x) {
  return x > 0 ? "positive" : x < 0 ? "negative" : "ink";
}

/** From JSON, which has no nan and no infinity. @param {Numbered} x @returns {number | null} */
export function fromJson(x) {
  return typeof x === "string" ? NOT_FINITE[x] : (x ?? null);
}

/** A long text without its middle: names often differ only at their ends. @param {string} text */
export function clipped(text, most = 24) {
  const letters = [...text];
  if (letters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${letters.slice(0, most - 1 - end).join("")}…${letters.slice(-end).join("")}`;
}

/** Whether the language of the page writes 0,5 for 0.5. */
function hasDecimalComma() {
  try {
    return (0.5).toLocaleString(document.documentElement.lang || "en").includes(",");
  } catch {
    return false; // a page may name a language that there isn't
  }
}

/** A number with a point for its decimal comma. Where the page's language writes a point, 1,000 may
 *  be a thousand and is left as it is. @param {string} text */
function withPoint(text) {
  if (!/^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(text)) return text;
  const isThousands = /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text);
  return isThousands && !hasDecimalComma() ? text : text.replace(",", ".");
}

/** The number that somebody typed; undefined where the text isn't one. @param {string} text */
export function parseNumber(text) {
  const typed = text
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace("∞", "inf")
    .replace(/_/g, "");
  const written = withPoint(typed);
  const word = written.toLowerCase().replace(/^\+?inf(inity)?$/, "inf");
  if (Object.hasOwn(NOT_FINITE, word)) return NOT_FINITE[word];
  const fraction = /^([^/]+)\/([^/]+)$/.exec(written);
  if (fraction) {
    const [above, below] = [parseNumber(fraction[1]), parseNumber(fraction[2])];
    return above === undefined || below === undefined ? undefined : above / below;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) return undefined;
  return Number(written);
}
