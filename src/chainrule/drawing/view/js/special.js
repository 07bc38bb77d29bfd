// The functions that kernels call. All follow IEEE 754: nan and inf, never an exception.

export const F = Object.assign(
  /** @type {Record<string, (...numbers: number[]) => number>} */ (Object.create(Math)),
  { hypot, erf, erfc, modulo, quotient, power, bitwise_and, rint, copysign, fmod: (x, y) => x % y },
);

/** Python's %, which has the sign of the divisor. */
function modulo(x, y) {
  if (y === 0) return NaN;
  const rest = x % y;
  if (rest === 0) return y < 0 || Object.is(y, -0) ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
}

/** Python's //, the quotient rounded down. */
function quotient(x, y) {
  if (y === 0) return x / y;
  const rest = x % y;
  let whole = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) whole -= 1;
  if (whole === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const down = Math.floor(whole);
  return whole - down > 0.5 ? down + 1 : down;
}

/** x rounded to the nearest whole number, half-way cases to the even one. */
function rint(x) {
  if (x === 0 || !Number.isFinite(x)) return x;
  const down = Math.floor(x);
  const isUp = x - down > 0.5 || (x - down === 0.5 && down % 2 !== 0);
  return copysign(isUp ? down + 1 : down, x);
}

function copysign(x, y) {
  const isNegative = y < 0 || Object.is(y, -0);
  return isNegative ? -Math.abs(x) : Math.abs(x);
}

/** C's pow: 1 to any power is 1, and so is -1 to an infinite one. */
function power(x, y) {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && Math.abs(y) === Infinity) return 1;
  return x ** y;
}

/** Python's & of whole numbers within 2**53; NaN for others. */
function bitwise_and(x, y) {
  if (!Number.isSafeInteger(x) || !Number.isSafeInteger(y)) return NaN;
  return Number(BigInt(x) & BigInt(y));
}

function hypot(x, y) {
  x = Math.abs(x);
  y = Math.abs(y);
  if (x < y) [x, y] = [y, x];
  if (x === Infinity || y === Infinity) return Infinity;
  if (x === 0 || Number.isNaN(x) || Number.isNaN(y)) return x + y;
  const ratio = y / x;
  return x * Math.sqrt(1 + ratio * ratio);
}

/** The error function.
 *  Source: Abramowitz & Stegun, 7.1.6. */
function erf(x) {
  if (Math.abs(x) >= 2) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  const bell = Math.exp(-x * x) / Math.sqrt(Math.PI);
  let term = 2 * x;
  let sum = 0;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return bell * sum;
}

/** One minus the error function, from a continued fraction where the difference would lose digits.
 *  Source: Abramowitz & Stegun, 7.1.14. */
function erfc(x) {
  if (!(x >= 1)) return 1 - erf(x);
  let fraction = x;
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
