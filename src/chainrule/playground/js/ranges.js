// The range of a slider: a round number on both sides of zero, with room around the value.

/** The next of 1, 2, 5, 10, 20, … that isn't smaller. @param {number} x */
export function roundUp(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  const digit = [1, 2, 5, 10].find((one) => one * power >= x * (1 - 1e-9));
  return digit * power;
}

/** The largest number that is drawn, or has a slider: beyond it, differences would overflow. */
export const LARGEST = 1e300;

/** Where the slider of a number ends; it begins at the same number below zero.
 *  @param {number} x */
export function reachOf(x) {
  return Math.abs(x) <= LARGEST ? roundUp(Math.max(2, 2 * Math.abs(x))) : 2;
}

/** Round numbers between two others, about as many as asked for. @returns {number[]} */
export function ticks(low, high, count) {
  const step = roundUp((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  if (!(last - first < 50)) return [];
  return Array.from({ length: last - first + 1 }, (_, turn) =>
    Number(((first + turn) * step).toPrecision(12)),
  );
}
