// Whether a gradient is right to the digits it was written with; the same rules as in
// verdict/gradients/rounding.py.

import { AGREEMENT, ROUNDED_DIGITS, SHORT_DIGITS, SINGLE } from "../generated/tolerances.js";

/** Whether two numbers agree up to rounding and an absolute difference of `slack`. A typed number
 *  may have been rounded to its own digits or to single precision. */
export function agrees(found, expected, slack, isTyped) {
  if (found === expected) return true;
  if (!Number.isFinite(found) || !Number.isFinite(expected)) return false;
  const away = Math.abs(found - expected);
  if (away <= slack + AGREEMENT * Math.max(Math.abs(found), Math.abs(expected))) return true;
  return isTyped && (isRounded(found, expected) || isSingle(found, expected));
}

function isRounded(found, expected) {
  if (!found || !expected) return false;
  if (writtenDigits(expected) <= SHORT_DIGITS || Number.isInteger(expected)) return false;
  return roundedTo(expected, Math.max(writtenDigits(found), ROUNDED_DIGITS)) === found;
}

function isSingle(found, expected) {
  if (Number.isInteger(found)) return false;
  if (Math.abs(found - expected) > SINGLE * Math.abs(expected)) return false;
  return Math.fround(found) === found;
}

/** How many significant digits a number is written with: 2 for 0.050 and for 120. */
export function writtenDigits(x) {
  return Math.max(1, mantissa(x).replace(/^0+|0+$/g, "").length);
}

function mantissa(x, digits = undefined) {
  return x.toExponential(digits).split("e")[0].replace(/[-.]/g, "");
}

/** Round to a number of significant digits, half to even, as Python does. */
function roundedTo(x, digits) {
  const usual = Number(x.toExponential(digits - 1));
  const exact = mantissa(x, 60);
  const isHalf = /^50*$/.test(exact.slice(digits));
  if (!isHalf || exact[digits - 1] % 2) return usual;
  const [whole, power] = x.toExponential(60).split("e");
  return Number(`${whole.slice(0, whole.length - 61 + digits)}e${power}`);
}

/** As Python's math.isclose. */
export function isClose(one, two, relative, absolute = 0) {
  if (one === two) return true;
  if (!Number.isFinite(one) || !Number.isFinite(two)) return false;
  const room = Math.max(relative * Math.max(Math.abs(one), Math.abs(two)), absolute);
  return Math.abs(one - two) <= room;
}
