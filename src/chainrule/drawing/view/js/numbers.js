// How a number is written: four decimals, or four significant digits where those would say nothing.

import { DASH, MINUS } from "../generated/facts.js";

export function numeral(x) {
  if (x === null || x === undefined) return DASH;
  if (Number.isNaN(x)) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "∞" : `${MINUS}∞`;
  const magnitude = Math.abs(x);
  if (magnitude === 0) return "0.0000";
  const plainly = magnitude >= 1e-4 && magnitude < 1e6;
  return signed(plainly ? x.toFixed(4) : padded(x.toExponential(3)));
}

/** As short as it can be without losing a digit that a reader would miss. */
export function plain(x) {
  if (x === null || x === undefined) return DASH;
  if (Number.isNaN(x)) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "∞" : `${MINUS}∞`;
  if (x === 0) return "0";
  const [digits, power] = x.toExponential(5).split("e");
  if (power < -4 || power >= 6) return signed(padded(`${trimmed(digits)}e${power}`));
  return signed(trimmed(x.toPrecision(6)));
}

/** Every digit that the number has. */
export function exact(x) {
  return typeof x === "number" && Math.abs(x) < Infinity ? signed(String(x)) : plain(x);
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

/** From JSON, which has no nan and no infinity. */
export function received(x) {
  if (x === undefined) return null;
  return typeof x === "string" ? { nan: NaN, inf: Infinity, "-inf": -Infinity }[x] : x;
}

/** What somebody typed: a number, or undefined where it is none. */
export function typed(text) {
  const words = {
    nan: NaN,
    inf: Infinity,
    "+inf": Infinity,
    "-inf": -Infinity,
    infinity: Infinity,
  };
  const written = text
    .trim()
    .replace(/[\u2212\u2013]/g, "-")
    .replace("∞", "inf")
    .replace(/_/g, "");
  const lower = written.toLowerCase();
  if (Object.hasOwn(words, lower)) return words[lower];
  const fraction = /^([^/]+)\/([^/]+)$/.exec(written);
  if (fraction) {
    const [above, below] = [typed(fraction[1]), typed(fraction[2])];
    return above === undefined || below === undefined ? undefined : above / below;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written)) return undefined;
  return Number(written);
}
