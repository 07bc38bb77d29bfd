// Whether a gradient is right to the digits it was written with; the same rules as in
// verdict/gradients/rounding.py.

import {
  AGREEMENT,
  COARSE,
  FEWEST_DECIMALS,
  FULL_DIGITS,
  ROUNDED_DIGITS,
  SINGLE,
} from "../generated/tolerances.js";
import { withDigits } from "./numbers.js";

/** Whether two numbers are the same up to a difference of `room`. */
export function agrees(found, expected, room) {
  if (found === expected) return true;
  if (!Number.isFinite(found) || !Number.isFinite(expected)) return false;
  const away = Math.abs(found - expected);
  return away <= room + AGREEMENT * Math.max(Math.abs(found), Math.abs(expected));
}

/** How somebody rounds, as the rounded numbers of a graph show it. */
export class Digits {
  /** @param {number[]} inexact those that may be rounded @param {number[]} typed all of them */
  constructor(inexact, typed) {
    const isFull = (x) => writtenDigits(x) >= FULL_DIGITS;
    const numbers = inexact.filter((x) => Number.isFinite(x) && !isFull(x));
    // 0.001 may be 0.0010, with four decimals, unless other numbers have all their digits
    const least = numbers.length && !typed.some(isFull) ? FEWEST_DECIMALS : 0;
    const most = Math.max(least, ...numbers.map(writtenDecimals));
    this.decimals = most >= FEWEST_DECIMALS ? most : 0;
    this.significant = numbers.length ? Math.max(ROUNDED_DIGITS, ...numbers.map(writtenDigits)) : 0;
    this.halfDecimal = this.decimals ? Number(`5e${-this.decimals - 1}`) : 0;
  }

  /** How far a number that was rounded to x may lie from it; 0 where x has all its digits. */
  halfWidth(x) {
    const digits = writtenDigits(x);
    if (digits >= FULL_DIGITS) return Math.fround(x) === x ? SINGLE * Math.abs(x) : 0;
    return Math.max(halfUnit(x, Math.max(ROUNDED_DIGITS, digits)), this.halfDecimal);
  }

  /** How far x, which may be off by `width`, moves where somebody rounds it like the other numbers;
   *  0 where it has no more digits than they. */
  halfStep(x, width = 0) {
    if (!this.significant) return 0;
    const half = Math.max(halfUnit(x, this.significant), this.halfDecimal);
    return width < half && this._isKept(x) ? 0 : half;
  }

  /** Whether rounding leaves a number as it is. */
  _isKept(x) {
    const fits = !this.decimals || writtenDecimals(x) <= this.decimals;
    return Number.isFinite(x) && writtenDigits(x) <= this.significant && fits;
  }
}

/** Whether x may be a number that was rounded to fewer digits than a rounded number shows. */
export function isCoarse(x, exact) {
  if (writtenDigits(x) >= ROUNDED_DIGITS) return false;
  const room = Math.min(Number(`5e${-writtenDecimals(x) - 1}`), COARSE * Math.abs(exact));
  return Math.abs(x - exact) <= room;
}

/** How many digits tell an exact number from x, which it may be rounded to. */
export function digitsNeeded(x, exact) {
  const most = writtenDigits(withDigits(exact, 9));
  for (let digits = ROUNDED_DIGITS; digits < most; digits++)
    if (withDigits(exact, digits) !== x) return digits;
  return most;
}

/** Half a unit of a number's digit, counted from the first that isn't 0; 0 for 0. */
function halfUnit(x, digits) {
  return x && Number.isFinite(x) ? Number(`5e${exponentOf(x) - digits}`) : 0;
}

/** How many significant digits a number is written with: 2 for 0.050 and for 120. */
export function writtenDigits(x) {
  const mantissa = x.toExponential().split("e")[0].replace(/[-.]/g, "");
  return Math.max(1, mantissa.replace(/^0+|0+$/g, "").length);
}

function writtenDecimals(x) {
  return x ? Math.max(0, writtenDigits(x) - 1 - exponentOf(x)) : 0;
}

function exponentOf(x) {
  return Number(x.toExponential().split("e")[1]);
}

/** As Python's math.isclose. */
export function isClose(one, two, relative, absolute = 0) {
  if (one === two) return true;
  if (!Number.isFinite(one) || !Number.isFinite(two)) return false;
  const room = Math.max(relative * Math.max(Math.abs(one), Math.abs(two)), absolute);
  return Math.abs(one - two) <= room;
}
