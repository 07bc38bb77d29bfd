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

/** With up to six significant digits and no trailing zeros.
 *  @param {number | null} x */
export function formatShort(x) {
  if (special(x)) return special(x);
  const [digits, power] = rounded(x, "toExponential", 5).split("e");
  const isFixed = power >= -4 && power < 6;
  return signed(
    isFixed ? trimmed(rounded(x, "toFixed", 5 - power)) : `${trimmed(digits)}e${power}`,
  );
}

/** A number with so many digits after the point. Python, unlike JavaScript, rounds a half to the
 *  even digit. @param {number} x @param {"toFixed" | "toExponential"} write */
function rounded(x, write, digits) {
  const [exact, power] = x[write](60).split("e");
  const kept = exact.slice(0, digits - 60).replace(/\.$/, "");
  const isEven = /[02468]$/.test(kept) && /^50*$/.test(exact.slice(digits - 60));
  return padded(isEven ? [kept, power ?? []].flat().join("e") : x[write](digits));
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

/** A text that is cut off where it is long. @param {string} text */
export function clipped(text) {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** The number that somebody typed; undefined where the text isn't one. @param {string} text */
export function parseNumber(text) {
  const written = text
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace("∞", "inf")
    .replace(/_/g, "");
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
